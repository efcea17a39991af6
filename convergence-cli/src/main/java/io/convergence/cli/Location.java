package io.convergence.cli;

import io.convergence.aws.s3.S3Uri;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.LocalObjectStore;
import io.convergence.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Where a URI points: a store and a prefix in it.
 *
 * @param prefix empty, a folder with its final slash, or the key of one file
 */
record Location(ObjectStore store, String prefix) {
    private static final String FILE = "file:";
    private static final String S3 = "s3://";

    /** An existing file or folder, or an S3 prefix. */
    static Location toRead(String uri, S3Options s3) {
        if (isS3(uri)) {
            return s3(s3Uri(uri), s3);
        }

        Path path = path(uri);
        if (Files.isDirectory(path)) {
            return new Location(LocalObjectStore.open(path), "");
        }
        if (Files.isRegularFile(path)) {
            Path file = path.toAbsolutePath().normalize();
            Path parent = file.getParent();
            if (parent != null) {
                return new Location(
                        LocalObjectStore.open(parent), file.getFileName().toString());
            }
        }

        throw new UsageException("Cannot read '" + uri + "': there is no such file or folder. Check the path.");
    }

    /** A folder, made if it does not exist, or an S3 prefix. */
    static Location toWrite(String uri, S3Options s3) {
        return isS3(uri) ? s3Folder(uri, s3) : new Location(LocalObjectStore.create(folder(uri)), "");
    }

    /** What {@link #toWrite} gives, for looking only: a folder that does not exist is not made, and counts as empty. */
    static Location toPlan(String uri, S3Options s3) {
        if (isS3(uri)) {
            return s3Folder(uri, s3);
        }

        Path path = folder(uri);
        ObjectStore store = Files.exists(path)
                ? LocalObjectStore.open(path)
                : new InMemoryObjectStore(InstantSource.system(), path.toUri().toString());
        return new Location(store, "");
    }

    /** Whether {@link #toWrite} of the URI would lie in this location's folder, or be it. */
    boolean holds(String uri) {
        String folder = prefix.substring(0, prefix.lastIndexOf('/') + 1);
        return target(uri).startsWith(slashed(store.description() + "/" + folder));
    }

    /** Whether this location is, or lies in, a folder of this name that {@link #toWrite} of the URI would be given. */
    boolean isIn(String uri, String folder) {
        return slashed(store.description() + "/" + prefix).startsWith(target(uri) + folder + "/");
    }

    private static String target(String uri) {
        return slashed(
                isS3(uri) ? s3Uri(uri).toString() : real(folder(uri)).toUri().toString());
    }

    /** The key with all folders above it, as far as they are known. */
    String fullName(String key) {
        String root = store.description();
        return (root.startsWith(FILE) ? path(root).toString() : root) + "/" + key;
    }

    /** The folder that a local path is or is in; empty for S3. */
    static Optional<Path> localFolder(String uri) {
        if (isS3(uri)) {
            return Optional.empty();
        }

        Path path = path(uri).toAbsolutePath().normalize();
        return Optional.ofNullable(Files.isDirectory(path) ? path : path.getParent());
    }

    private static Location s3(S3Uri uri, S3Options s3) {
        ObjectStore store = s3.bucket(uri.bucket());
        String prefix = uri.prefix();
        boolean whole =
                prefix.isEmpty() || prefix.endsWith("/") || store.head(prefix).isPresent();
        // Without the slash "orders" would also list "orders_old".
        return new Location(store, whole ? prefix : prefix + "/");
    }

    private static Location s3Folder(String uri, S3Options s3) {
        S3Uri parsed = s3Uri(uri);
        String prefix = parsed.prefix();
        return new Location(
                s3.bucket(parsed.bucket()), prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/");
    }

    private static boolean isS3(String uri) {
        return uri.startsWith("s3:");
    }

    private static S3Uri s3Uri(String uri) {
        try {
            return S3Uri.parse(uri);
        } catch (IllegalArgumentException e) {
            throw new UsageException(Main.oneLine(e) + (uri.startsWith(S3) ? "" : " Write s3://bucket/prefix."), e);
        }
    }

    private static Path folder(String uri) {
        Path path = path(uri);
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new UsageException("Cannot write to '" + uri + "': it is a file. Name a folder.");
        }

        return path;
    }

    private static Path path(String uri) {
        try {
            if (uri.startsWith(FILE + "/")) {
                return Path.of(URI.create(uri));
            }

            return Path.of(uri.startsWith(FILE) ? uri.substring(FILE.length()) : uri);
        } catch (IllegalArgumentException e) {
            throw new UsageException("Cannot understand '" + uri + "' as a path: " + e.getMessage() + ".", e);
        }
    }

    /** The path without links, as far as it exists. */
    private static Path real(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        Path there = absolute;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        try {
            return there.toRealPath().resolve(there.relativize(absolute));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String slashed(String place) {
        String single = place.replaceAll("/+", "/");
        return single.endsWith("/") ? single : single + "/";
    }
}
