package io.convergence.ledger;

import io.convergence.TableId;
import io.convergence.store.ETag;
import io.convergence.store.ListRequest;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A table's checkpoints (rule L2): compressed states at some slots, each behind its digest. A checkpoint is a pure
 * function of the slots it covers, so whoever writes one writes the same; the first is kept.
 */
final class Checkpoints {
    /** So many are tried before the log is read from its first slot. */
    static final int TRIED = 3;

    private static final int DIGEST_CHARACTERS = 64;
    private static final int BUFFER_BYTES = 8192;

    private final ObjectStore store;
    private final TableId table;
    private final LedgerKeys keys;
    private final ParsedTexts parsed;
    private final int mostBytes;

    /** @param mostBytes of a checkpoint, unpacked */
    Checkpoints(ObjectStore store, TableId table, LedgerKeys keys, ParsedTexts parsed, int mostBytes) {
        this.store = store;
        this.table = table;
        this.keys = keys;
        this.parsed = parsed;
        this.mostBytes = mostBytes;
    }

    /** A checkpoint that is not what the log says. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String why) {
            super(why);
        }
    }

    /** A checkpoint that nobody could read. */
    static final class TooLarge extends Exception {
        private static final long serialVersionUID = 1L;

        TooLarge(String why) {
            super(why);
        }
    }

    /**
     * @param state is not folded further by anybody
     * @param digest of its text
     */
    record Checkpoint(LogState state, ETag etag, String digest) {}

    /** The newest ones of slots up to {@code through}, newest first. */
    List<ObjectStat> newest(long through) {
        ListRequest request = ListRequest.of(keys.checkpoints()).maxKeys(TRIED);
        if (through < Long.MAX_VALUE) {
            request = request.after(keys.checkpoint(through + 1));
        }
        return store.list(request).objects().stream()
                .filter(object -> keys.checkpointSlot(object.key()).isPresent())
                .toList();
    }

    /** All but the newest ones, those since {@code time} and the one before it: nobody starts from them any more. */
    List<ObjectStat> superseded(Instant time) {
        try (Stream<ObjectStat> listed = store.listAll(keys.checkpoints())) {
            return listed.filter(object -> keys.checkpointSlot(object.key()).isPresent())
                    .skip(TRIED)
                    .filter(object -> object.lastModified().isBefore(time))
                    .skip(1)
                    .toList();
        }
    }

    Checkpoint load(ObjectStat listed) throws Unusable {
        StoredObject object = store.get(listed.key()).orElseThrow(() -> new Unusable("it vanished"));
        ByteBuffer packed = ByteBuffer.wrap(object.content());
        Optional<Checkpoint> known = parsed.checkpoints.find(listed.key(), packed);
        Checkpoint read = known.isPresent() ? known.get() : read(object.content());
        if (known.isEmpty()) {
            parsed.checkpoints.keep(listed.key(), packed, packed.capacity(), read);
        }
        long slot = keys.checkpointSlot(listed.key()).orElseThrow();
        if (read.state().slot != slot) {
            throw new Unusable("it is of slot " + read.state().slot + " and stands in the place of slot " + slot);
        }

        return read;
    }

    private Checkpoint read(byte[] packed) throws Unusable {
        String content = unpacked(packed);
        if (content.length() <= DIGEST_CHARACTERS) {
            throw new Unusable("it is cut off");
        }

        String digest = content.substring(0, DIGEST_CHARACTERS);
        String text = content.substring(DIGEST_CHARACTERS + 1);
        if (!Digests.ofText(text).equals(digest)) {
            throw new Unusable("its text is not the one its digest was made of");
        }

        CheckpointJson.Covered covered = parsed(text);
        return new Checkpoint(covered.state(), covered.etag(), digest);
    }

    private CheckpointJson.Covered parsed(String text) throws Unusable {
        try {
            return CheckpointJson.read(table, text);
        } catch (IllegalArgumentException e) {
            throw new Unusable(String.valueOf(e.getMessage()));
        }
    }

    /** What the slot after a checkpoint says of it. */
    static String digest(LogState state, ETag etag) {
        return Digests.ofText(CheckpointJson.write(state, etag));
    }

    /**
     * Writes it unless there is one.
     *
     * @throws TooLarge if it has more bytes than a reader takes; nothing was written
     */
    void write(LogState state, ETag etag) throws TooLarge {
        String text = CheckpointJson.write(state, etag);
        long bytes = utf8Length(text) + DIGEST_CHARACTERS + 1;
        if (bytes > mostBytes) {
            throw new TooLarge("it would have " + bytes + " bytes, and " + mostBytes + " is the most a reader takes");
        }

        byte[] packed = packed(Digests.ofText(text) + "\n" + text);

        try {
            store.put(keys.checkpoint(state.slot), packed, WriteCondition.ifAbsent());
        } catch (PreconditionFailedException there) {
            // Whoever wrote it made it of the same slots.
        }
    }

    private static long utf8Length(String text) {
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a pair counts for two of its four bytes.
            bytes += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return bytes;
    }

    private static byte[] packed(String content) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes, BUFFER_BYTES)) {
            gzip.write(content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private String unpacked(byte[] packed) throws Unusable {
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(packed), BUFFER_BYTES)) {
            byte[] bytes = gzip.readNBytes(mostBytes);
            if (gzip.read() >= 0) {
                throw new Unusable("it has more than " + mostBytes + " bytes");
            }

            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Unusable("it cannot be unpacked (" + e.getMessage() + ")");
        }
    }
}
