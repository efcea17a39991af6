package io.convergence.ledger;

import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreAccessException;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A table's tails (rule L7): the texts of the slots since a checkpoint was due, once more and together, so that who has
 * read nothing need not get them one by one. Like a checkpoint a tail saves time and decides nothing: it is
 * believed only if the slot after it names the chain of its texts, and each of them stands under the ETag of the slot
 * it is the text of.
 */
final class Tails {
    /** Texts are left out from the oldest on until so many characters are left; who reads goes on with the tail before them. */
    static final int MAX_CHARACTERS = 4 << 20;

    /** A tail that has more is none of ours: a character takes at most three bytes, and names of slots take some. */
    private static final int MAX_BYTES = 16 << 20;

    private static final int BUFFER_BYTES = 8192;

    private static final String FORMAT = "convergence-tail 1";

    private final ObjectStore store;
    private final LedgerKeys keys;
    private final ParsedTexts parsed;

    Tails(ObjectStore store, LedgerKeys keys, ParsedTexts parsed) {
        this.store = store;
        this.keys = keys;
        this.parsed = parsed;
    }

    /** A slot's text as it stands in the object with this ETag. */
    record SlotText(long slot, ETag etag, String text) {}

    /** A tail that cannot be what a writer of this version wrote. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String why) {
            super(why);
        }
    }

    /** The texts with one more, as far back as a tail holds; those of the interval before it are not needed any more. */
    static List<SlotText> with(List<SlotText> before, SlotText next, int interval) {
        boolean goesOn = !before.isEmpty()
                && before.get(before.size() - 1).slot() + 1 == next.slot()
                && next.slot() % interval != 0;
        List<SlotText> texts = new ArrayList<>(goesOn ? before : List.of());
        texts.add(next);
        long characters = texts.stream().mapToLong(text -> text.text().length()).sum();
        while (!texts.isEmpty() && characters > MAX_CHARACTERS) {
            characters -= texts.remove(0).text().length();
        }
        return texts;
    }

    /** Writes the tail that ends with the last of these slots, unless there is one or it would save nothing. */
    void write(List<SlotText> texts) {
        if (texts.size() < 2) {
            return;
        }

        try {
            long last = texts.get(texts.size() - 1).slot();
            store.put(keys.tail(last), packed(texts), WriteCondition.ifAbsent());
        } catch (PreconditionFailedException there) {
            // Whoever wrote it made it of the same slots.
        }
    }

    /** The texts of slots that end with this one, in order; empty if there is no such tail, or none for this reader. */
    Optional<List<SlotText>> load(long slot) throws Unusable {
        Optional<StoredObject> object;
        String key = keys.tail(slot);
        try {
            object = store.get(key);
        } catch (StoreAccessException denied) {
            // Who may read the log and nothing else goes without.
            return Optional.empty();
        }
        if (object.isEmpty()) {
            return Optional.empty();
        }

        ByteBuffer packed = ByteBuffer.wrap(object.get().content());
        Optional<List<SlotText>> known = parsed.tails.find(key, packed);
        List<SlotText> texts = known.isPresent() ? known.get() : List.copyOf(unpacked(packed.array()));
        if (known.isEmpty()) {
            parsed.tails.keep(key, packed, packed.capacity(), texts);
        }
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).slot() != slot - texts.size() + 1 + i) {
                throw new Unusable("its slots are not those up to " + slot + ", one after the other");
            }
        }
        return Optional.of(texts);
    }

    /** Those that nobody reads any more, because of the checkpoints that stand after this one. */
    List<ObjectStat> superseded(Instant time, long checkpoint) {
        try (Stream<ObjectStat> listed = store.listAll(keys.tails())) {
            return listed.filter(tail -> keys.tailSlot(tail.key()).orElse(Long.MAX_VALUE) <= checkpoint)
                    .filter(tail -> tail.lastModified().isBefore(time))
                    .toList();
        }
    }

    private static byte[] packed(List<SlotText> texts) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new FastGzip(bytes)) {
            gzip.write((FORMAT + "\n").getBytes(StandardCharsets.UTF_8));
            for (SlotText text : texts) {
                byte[] content = text.text().getBytes(StandardCharsets.UTF_8);
                String head =
                        text.slot() + " " + content.length + " " + text.etag().value() + "\n";
                gzip.write(head.getBytes(StandardCharsets.UTF_8));
                gzip.write(content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A tail is written at each commit, and read by few. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream target) throws IOException {
            super(target, BUFFER_BYTES);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    private static List<SlotText> unpacked(byte[] packed) throws Unusable {
        byte[] content;
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(packed), BUFFER_BYTES)) {
            content = gzip.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new Unusable("it cannot be unpacked (" + e.getMessage() + ")");
        }
        if (content.length > MAX_BYTES) {
            throw new Unusable("it has more than " + MAX_BYTES + " bytes");
        }

        var lines = new Lines(content);
        String format = lines.line();
        if (!format.equals(FORMAT)) {
            throw new Unusable("it begins with '" + format.substring(0, Math.min(40, format.length()))
                    + "' and not with '" + FORMAT + "'");
        }
        List<SlotText> texts = new ArrayList<>();
        while (!lines.atEnd()) {
            texts.add(lines.text());
        }
        if (texts.isEmpty()) {
            throw new Unusable("it holds no slot");
        }
        return texts;
    }

    private static final class Lines {
        private final byte[] content;
        private int position;

        Lines(byte[] content) {
            this.content = content;
        }

        boolean atEnd() {
            return position == content.length;
        }

        String line() throws Unusable {
            int end = position;
            while (end < content.length && content[end] != '\n') {
                end++;
            }
            if (end == content.length) {
                throw new Unusable("it is cut off");
            }

            String line = new String(content, position, end - position, StandardCharsets.UTF_8);
            position = end + 1;
            return line;
        }

        SlotText text() throws Unusable {
            String[] head = line().split(" ", 3);
            try {
                long slot = Long.parseLong(head[0]);
                int length = Integer.parseInt(head[1]);
                ETag etag = new ETag(head[2]);
                if (length < 0 || length > content.length - position) {
                    throw new Unusable("it is cut off in slot " + slot);
                }

                byte[] text = Arrays.copyOfRange(content, position, position + length);
                position += length;
                return new SlotText(slot, etag, new String(text, StandardCharsets.UTF_8));
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                throw new Unusable("the head of a slot is '" + String.join(" ", head) + "'");
            }
        }
    }
}
