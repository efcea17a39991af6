package io.convergence.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads files so that bytes and ETag belong together even while others write them. The ETag is the MD5 of the content;
 * it is remembered only for a file whose identity would show any later change. Thread-safe.
 */
final class LocalFiles {
    private static final int REMEMBERED_FILES = 50_000;
    private static final int ATTEMPTS = 100;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final FileWork work;
    private final Map<Path, Tagged> remembered = Collections.synchronizedMap(new Recent());

    LocalFiles(FileWork work) {
        this.work = work;
    }

    /** The file's identity and ETag, or empty if there is no such regular file. */
    Optional<Tagged> tag(Path file) throws IOException {
        return look(file, Section.NONE).map(Look::tagged);
    }

    /** A section of the file together with its ETag; the section is shorter than asked for where the file is. */
    Optional<Look> look(Path file, Section section) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                FileIdentity before = identity(file);
                if (!before.regular()) {
                    return Optional.empty();
                }

                Optional<Look> look = look(file, before, section.within(before.size()));
                if (look.isPresent() && before.equals(identity(file))) {
                    return look;
                }
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        }

        throw new IOException("it was written " + ATTEMPTS + " times while it was read");
    }

    private FileIdentity identity(Path file) throws IOException {
        work.attributesRead().increment();
        return FileIdentity.of(file);
    }

    /** Empty if the length read is not that of the identity: the file is being written. */
    private Optional<Look> look(Path file, FileIdentity identity, Section section) throws IOException {
        Tagged known = remembered.get(file);
        boolean stillTrue = known != null && known.identity().equals(identity);
        if (stillTrue && section.length() == 0) {
            return Optional.of(new Look(requireNonNull(known), new byte[0]));
        }

        Instant started = Instant.now();
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            if (stillTrue) {
                return Optional.of(new Look(requireNonNull(known), readSection(channel, section)));
            }

            work.digestsComputed().increment();
            Optional<Look> look = readAll(channel, identity, section);
            if (identity.showsEveryChangeAfter(started)) {
                look.ifPresent(read -> remembered.put(file, read.tagged()));
            }

            return look;
        }
    }

    private static byte[] readSection(FileChannel channel, Section section) throws IOException {
        var into = ByteBuffer.allocate(section.length());
        while (into.hasRemaining()) {
            if (channel.read(into, section.offset() + into.position()) < 0) {
                break;
            }
        }

        return Arrays.copyOf(into.array(), into.position());
    }

    /** One pass gives digest and section, so that they agree whatever another process does to the file meanwhile. */
    private static Optional<Look> readAll(FileChannel channel, FileIdentity identity, Section section)
            throws IOException {
        var digest = Checksums.md5();
        var buffer = ByteBuffer.allocate(BUFFER_BYTES);
        var wanted = ByteBuffer.allocate(section.length());
        long position = 0;
        while (channel.read(buffer) >= 0) {
            buffer.flip();
            digest.update(buffer.array(), 0, buffer.limit());
            section.copy(buffer, position, wanted);
            position += buffer.limit();
            buffer.clear();
        }

        if (position != identity.size()) {
            return Optional.empty();
        }

        byte[] bytes = Arrays.copyOf(wanted.array(), wanted.position());
        return Optional.of(new Look(new Tagged(identity, Checksums.etag(digest, new byte[0])), bytes));
    }

    /** A file's identity and the ETag of its content. */
    record Tagged(FileIdentity identity, ETag etag) {
        ObjectStat stat(String key) {
            return ObjectStat.of(key, identity.size(), etag, identity.modified());
        }
    }

    /** Bytes of one version of a file. */
    record Look(Tagged tagged, byte[] bytes) {}

    /** The bytes wanted of a file. */
    record Section(long offset, int length) {
        static final Section NONE = new Section(0, 0);

        /** A whole file, if it fits into an array. */
        static final Section ALL = new Section(0, Integer.MAX_VALUE - 8);

        Section within(long size) {
            long end = Math.min(size, offset + length);
            return new Section(offset, (int) Math.max(0, end - offset));
        }

        /** Adds to {@code into} what of the section lies in {@code read}, which begins at {@code position} of the file. */
        void copy(ByteBuffer read, long position, ByteBuffer into) {
            long from = Math.max(offset, position);
            long to = Math.min(offset + length, position + read.limit());
            if (from < to) {
                into.put(read.array(), (int) (from - position), (int) (to - from));
            }
        }
    }

    private static final class Recent extends LinkedHashMap<Path, Tagged> {
        private static final long serialVersionUID = 1L;

        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Tagged> eldest) {
            return size() > REMEMBERED_FILES;
        }
    }
}
