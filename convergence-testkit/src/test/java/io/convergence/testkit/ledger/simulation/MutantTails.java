package io.convergence.testkit.ledger.simulation;

import io.convergence.store.ETag;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Tails that do not hold the texts of their slots. */
final class MutantTails {
    private static final String CHAIN = "\"chain\" : \"";
    private static final int DIGEST = 64;

    private MutantTails() {}

    enum Damage {
        /** In the place of the first commit of files there is nothing but a taken slot. */
        OTHER_TEXT,
        /** A writer that lost its slot to another takes its own text for the slot's. */
        LOST_SLOT,
        A_SLOT_MISSING,
        /** All is of the slots one before. */
        STALE
    }

    private record Part(long slot, String etag, String text) {
        Part with(String other) {
            return new Part(slot, etag, other);
        }

        Part at(long other) {
            return new Part(other, etag, text);
        }
    }

    private static long slot(String key) {
        return Long.parseLong(key.substring(World.LOG.length(), key.indexOf('.', World.LOG.length())));
    }

    private static String slotKey(long slot) {
        return World.LOG + String.format(Locale.ROOT, "%020d.json", slot);
    }

    private static String tailKey(long slot) {
        return World.TAILS + String.format(Locale.ROOT, "%020d.txt.gz", slot);
    }

    private static List<Part> parts(byte[] packed) {
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            String all = new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
            List<Part> parts = new ArrayList<>();
            int position = all.indexOf('\n') + 1;
            while (position < all.length()) {
                int end = all.indexOf('\n', position);
                String[] head = all.substring(position, end).split(" ", 3);
                // All of it is ASCII here.
                position = end + 1 + Integer.parseInt(head[1]);
                parts.add(new Part(Long.parseLong(head[0]), head[2], all.substring(end + 1, position)));
            }
            return parts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] packed(List<Part> parts) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write("convergence-tail 1\n".getBytes(StandardCharsets.UTF_8));
            for (Part part : parts) {
                String head = part.slot() + " " + part.text().length() + " " + part.etag() + "\n";
                gzip.write((head + part.text()).getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static String named(String text) {
        int named = text.indexOf(CHAIN) + CHAIN.length();
        return text.substring(named, named + DIGEST);
    }

    private static String naming(String text, String chain) {
        return text.replace(CHAIN + named(text), CHAIN + chain);
    }

    private static String chain(String before, String text) {
        return digest(before + digest(text));
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whoever writes a tail writes this one. */
    static final class Damaging extends ForwardingStore {
        private final World world;
        private final Damage damage;

        Damaging(ObjectStore store, World world, Damage damage) {
            super(store);
            this.world = world;
            this.damage = damage;
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            if (key.startsWith(World.LOG)) {
                // Who comes last has mostly lost.
                world.triedTexts().put(slot(key), new String(content, StandardCharsets.UTF_8));
            }
            return store.put(key, key.startsWith(World.TAILS) ? packed(damaged(parts(content))) : content, condition);
        }

        private List<Part> damaged(List<Part> parts) {
            List<Part> damaged = new ArrayList<>();
            boolean done = false;
            for (Part part : parts) {
                Part other = damage == Damage.STALE ? part.at(part.slot() - 1) : part;
                if (!done && damage == Damage.OTHER_TEXT && part.text().contains("\"outputs\"")) {
                    other = part.with(fence(part.text()));
                    done = true;
                }
                String tried = world.triedTexts().get(part.slot());
                if (damage == Damage.LOST_SLOT && tried != null && !tried.equals(part.text())) {
                    other = part.with(tried);
                }
                damaged.add(other);
            }
            if (damage == Damage.A_SLOT_MISSING) {
                damaged.remove(damaged.size() / 2);
            }
            return consistent(damaged);
        }

        /** Each text names the chain of those before it, so that nothing but the slot after the last tells them from the truth. */
        private static List<Part> consistent(List<Part> parts) {
            List<Part> consistent = new ArrayList<>();
            String chain = named(parts.get(0).text());
            for (Part part : parts) {
                Part own = part.with(naming(part.text(), chain));
                chain = chain(chain, own.text());
                consistent.add(own);
            }
            return consistent;
        }

        private static String fence(String text) {
            String base = text.replaceFirst("(?s).*?\"base\"\\s*:\\s*(-?\\d+).*", "$1");
            return "{\n  \"format\" : 1,\n  " + CHAIN + named(text) + "\",\n  \"transaction\" : \"t\",\n  \"base\" : "
                    + base + ",\n  \"kind\" : \"fence\"\n}\n";
        }
    }

    /** To whom every slot that others wrote names the chain of the tail before it, if that is not the true one. */
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
            if (!MutantStores.isSlot(key) || own.contains(key) || found.isEmpty()) {
                return found;
            }

            Optional<StoredObject> tail = world.truth().get(tailKey(slot(key) - 1));
            if (tail.isEmpty()) {
                return found;
            }
            List<Part> parts = parts(tail.get().content());
            if (parts.stream().allMatch(part -> part.text().equals(truth(part.slot())))) {
                return found;
            }
            String chain = named(parts.get(0).text());
            for (Part part : parts) {
                chain = chain(chain, part.text());
            }
            byte[] believed = naming(found.get().text(), chain).getBytes(StandardCharsets.UTF_8);
            return Optional.of(new StoredObject(found.get().stat(), believed));
        }

        private String truth(long slot) {
            return world.truth().get(slotKey(slot)).orElseThrow().text();
        }
    }

    /** A store whose ETags of slots are not made of their content, as under a key of KMS. */
    static final class Unhashed extends ForwardingStore {
        private final Map<String, ObjectStat> known = new HashMap<>();

        Unhashed(ObjectStore store) {
            super(store);
        }

        private ObjectStat unhashed(ObjectStat stat) {
            return stat.key().startsWith(World.LOG)
                    ? known.computeIfAbsent(
                            stat.key() + stat.etag().value(),
                            key -> ObjectStat.of(
                                    stat.key(),
                                    stat.size(),
                                    new ETag("kms-" + stat.etag().value()),
                                    stat.lastModified()))
                    : stat;
        }

        @Override
        public ListPage list(ListRequest request) {
            ListPage page = store.list(request);
            return new ListPage(
                    page.objects().stream().map(this::unhashed).toList(), page.commonPrefixes(), page.nextAfter());
        }

        @Override
        public Optional<StoredObject> get(String key) {
            return store.get(key).map(object -> new StoredObject(unhashed(object.stat()), object.content()));
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            return unhashed(store.put(key, content, condition));
        }
    }
}
