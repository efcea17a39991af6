package io.convergence.testkit.ledger.simulation;

import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Checkpoints that are not what the slots say. */
final class MutantCheckpoints {
    private static final String FOLDER = World.CHECKPOINTS;
    private static final Pattern NAMED = Pattern.compile("\"checkpoint\"\\s*:\\s*\"([0-9a-f]{64})\"");
    private static final int DIGEST = 64;

    private MutantCheckpoints() {}

    private static boolean isCheckpoint(String key) {
        return key.startsWith(FOLDER);
    }

    private static long slot(String key) {
        return Long.parseLong(key.substring(World.LOG.length(), key.indexOf('.', World.LOG.length())));
    }

    private static String checkpoint(long slot) {
        return FOLDER + String.format(Locale.ROOT, "%020d.json.gz", Long.MAX_VALUE - slot);
    }

    /** Without the first compacted file, by a digest that fits. */
    private static byte[] shortened(byte[] packed) {
        String text = unpacked(packed).substring(DIGEST + 1);
        int start = text.indexOf("\"compacted\":[{");
        if (start < 0) {
            return packed;
        }
        int from = text.indexOf('{', start);
        int depth = 0;
        int end = from;
        do {
            char c = text.charAt(end++);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        } while (depth > 0);
        if (text.charAt(end) == ',') {
            end++;
        }
        return packed(text.substring(0, from) + text.substring(end));
    }

    private static byte[] packed(String text) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write((digest(text) + "\n" + text).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static String unpacked(byte[] packed) {
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The writer of the slot after it makes the same mistake. */
    static final class Wrong extends ForwardingStore {
        private final World world;

        Wrong(ObjectStore store, World world) {
            super(store);
            this.world = world;
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            if (isCheckpoint(key)) {
                return store.put(key, shortened(content), condition);
            }

            if (!MutantStores.isSlot(key)) {
                return store.put(key, content, condition);
            }

            String text = new String(content, StandardCharsets.UTF_8);
            Matcher named = NAMED.matcher(text);
            if (named.find()) {
                Optional<StoredObject> there = world.truth().get(checkpoint(slot(key) - 1));
                if (there.isPresent()) {
                    String digest = unpacked(there.get().content()).substring(0, DIGEST);
                    text = text.replace(named.group(1), digest);
                }
            }
            return store.put(key, text.getBytes(StandardCharsets.UTF_8), condition);
        }
    }

    /** What is live at a slot stands under the number of the next. */
    static final class TooMany extends ForwardingStore {
        private final Map<Long, String> texts;

        /** @param texts of the true checkpoints, by slot; shared by all processes */
        TooMany(ObjectStore store, Map<Long, String> texts) {
            super(store);
            this.texts = texts;
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            ObjectStat written = store.put(key, content, condition);
            if (isCheckpoint(key)) {
                long slot = Long.MAX_VALUE
                        - Long.parseLong(key.substring(FOLDER.length(), key.indexOf('.', FOLDER.length())));
                texts.put(slot, unpacked(content).substring(DIGEST + 1));
            } else if (MutantStores.isSlot(key) && texts.containsKey(slot(key) - 1)) {
                long slot = slot(key);
                String later = texts.get(slot - 1)
                        .replaceFirst("\"slot\":\\d+", "\"slot\":" + slot)
                        .replaceFirst(
                                "\"etag\":\"[^\"]*\"",
                                "\"etag\":\"" + written.etag().value() + "\"");
                store.put(checkpoint(slot), packed(later), WriteCondition.ifAbsent());
            }
            return written;
        }
    }

    /** Leaves a live file out, and the slot after it says so. */
    static final class Shortened extends ForwardingStore {
        Shortened(ObjectStore store) {
            super(store);
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            return store.put(key, isCheckpoint(key) ? shortened(content) : content, condition);
        }
    }

    /** To whom every slot that others wrote names the digest of the checkpoint before it, whatever it is. */
    static final class Believing extends ForwardingStore {
        private final World world;
        private final Set<String> own = new HashSet<>();

        Believing(ObjectStore store, World world) {
            super(store);
            this.world = world;
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            own.add(key);
            return store.put(key, content, condition);
        }

        @Override
        public Optional<StoredObject> get(String key) {
            Optional<StoredObject> found = store.get(key);
            // A writer that looks for its own entry must find it as it wrote it.
            if (!MutantStores.isSlot(key) || own.contains(key)) {
                return found;
            }

            Optional<StoredObject> before = world.truth().get(checkpoint(slot(key) - 1));
            if (before.isEmpty()) {
                return found;
            }
            String digest = unpacked(before.get().content()).substring(0, DIGEST);
            return found.map(object -> {
                Matcher named = NAMED.matcher(object.text());
                String text = named.find()
                        ? object.text().replace(named.group(1), digest)
                        : object.text().replaceFirst("\\{", "{\"checkpoint\":\"" + digest + "\",");
                return new StoredObject(object.stat(), text.getBytes(StandardCharsets.UTF_8));
            });
        }
    }

    static final class Overwriting extends ForwardingStore {
        Overwriting(ObjectStore store) {
            super(store);
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            return store.put(key, content, isCheckpoint(key) ? WriteCondition.none() : condition);
        }
    }
}
