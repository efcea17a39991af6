package io.convergence.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the file system says of a file without reading it.
 *
 * @param changed the inode's change time, which no program can set, unlike the modification time; null where the file
 *     system has none
 */
record FileIdentity(
        boolean regular,
        long size,
        Instant modified,
        @Nullable Instant changed,
        @Nullable Object inode) {
    /** Longer than the steps of any common file system's clock (2 s on FAT). */
    private static final Duration CLOCK_STEP = Duration.ofSeconds(3);

    static FileIdentity of(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            Map<String, Object> found = Files.readAttributes(
                    file, "unix:isRegularFile,size,lastModifiedTime,ctime,ino", LinkOption.NOFOLLOW_LINKS);
            return new FileIdentity(
                    (Boolean) value(found, "isRegularFile"),
                    (Long) value(found, "size"),
                    ((FileTime) value(found, "lastModifiedTime")).toInstant(),
                    ((FileTime) value(found, "ctime")).toInstant(),
                    value(found, "ino"));
        }

        var found = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return new FileIdentity(
                found.isRegularFile(), found.size(), found.lastModifiedTime().toInstant(), null, found.fileKey());
    }

    private static Object value(Map<String, Object> attributes, String name) {
        return requireNonNull(attributes.get(name), name);
    }

    /**
     * Whether any later change of the file must show in its identity: only if its last one is so long ago that the
     * clock has moved on since. (Git's index has the same problem and the same cure.)
     */
    boolean showsEveryChangeAfter(Instant instant) {
        return changed != null && changed.plus(CLOCK_STEP).isBefore(instant);
    }
}
