package io.convergence.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;

/** Parts as files of the work folder, joined on completion. */
final class LocalMultipartUpload implements MultipartUpload {
    private static final int BUFFER_BYTES = 1024 * 1024;

    private final LocalObjectStore store;
    private final Path file;
    private final String key;
    private final Path folder;
    private final ConcurrentSkipListMap<Integer, Long> sizes = new ConcurrentSkipListMap<>();
    private volatile boolean ended;

    LocalMultipartUpload(LocalObjectStore store, Path file, String key, Path folder) {
        this.store = store;
        this.file = file;
        this.key = key;
        this.folder = folder;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public void part(int number, byte[] content) {
        if (number < 1 || number > MAX_PARTS) {
            throw StoreErrors.partNumber(key, number);
        }

        requireOpen();
        store.call("upload a part of", key, () -> {
            try {
                Path unfinished = folder.resolve("unfinished-" + UUID.randomUUID());
                store.write(unfinished, List.of(content));
                Files.move(unfinished, part(number), StandardCopyOption.ATOMIC_MOVE);
                return sizes.put(number, (long) content.length);
            } catch (NoSuchFileException e) {
                throw StoreErrors.uploadGone(key, store.description());
            }
        });
    }

    @Override
    public ObjectStat complete(WriteCondition condition) {
        requireOpen();
        requireSizes();
        return store.call("complete the upload of", key, () -> {
            Path whole = folder.resolve("whole");
            Files.deleteIfExists(whole);
            ETag etag;
            try {
                etag = join(whole);
            } catch (NoSuchFileException e) {
                throw StoreErrors.uploadGone(key, store.description());
            }
            ObjectStat written = store.publish(whole, file, key, etag, condition);
            drop();
            return written;
        });
    }

    @Override
    public void abort() {
        if (!ended) {
            store.call("abort the upload of", key, () -> {
                drop();
                return key;
            });
        }
    }

    private ETag join(Path whole) throws IOException {
        MessageDigest digest = Checksums.md5();
        var buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try (var out = FileChannel.open(whole, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int number : sizes.keySet()) {
                try (var in = FileChannel.open(part(number), StandardOpenOption.READ)) {
                    while (in.read(buffer) >= 0) {
                        buffer.flip();
                        digest.update(buffer.duplicate());
                        while (buffer.hasRemaining()) {
                            out.write(buffer);
                        }

                        buffer.clear();
                    }
                }
            }

            out.force(true);
        }

        return Checksums.etag(digest, new byte[0]);
    }

    private void drop() throws IOException {
        ended = true;
        drop(folder);
    }

    /** Without its folder no part is written and no whole made. */
    static void drop(Path folder) throws IOException {
        try (var entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                Files.deleteIfExists(entry);
            }
        } catch (NoSuchFileException e) {
            return;
        }

        Files.deleteIfExists(folder);
    }

    private Path part(int number) {
        return folder.resolve("part-" + number);
    }

    private void requireOpen() {
        if (ended) {
            throw StoreErrors.uploadEnded(key);
        }
    }

    private void requireSizes() {
        if (sizes.isEmpty()) {
            throw StoreErrors.noParts(key);
        }

        sizes.headMap(sizes.lastKey()).forEach((number, bytes) -> {
            if (bytes < MIN_PART_BYTES) {
                throw StoreErrors.partTooSmall(key, number, bytes);
            }
        });
    }
}
