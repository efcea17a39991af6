package io.convergence.cli;

import io.convergence.aws.s3.S3ObjectStore;
import io.convergence.aws.s3.S3Uri;
import io.convergence.store.LocalObjectStore;
import io.convergence.store.ObjectStore;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Where a URI points: a store and a prefix in it.
 *
 * @param prefix empty, a folder with its final slash, or the key of one file
 */
record Location(ObjectStore store, String prefix) {
    private static final String FILE = "file:";
    private static final String S3 = "s3://";

    /** An existing file or folder, or an S3 prefix. */
    static Location toRead(String uri) {
        if (uri.startsWith(S3)) {
            return s3(uri, false);
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

        throw new UsageException("cannot read '" + uri + "': there is no such file or folder. Check the path.");
    }

    /** A folder, made if it does not exist, or an S3 prefix. */
    static Location toWrite(String uri) {
        if (uri.startsWith(S3)) {
            return s3(uri, true);
        }

        Path path = path(uri);
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new UsageException("cannot write to '" + uri + "': it is a file. Name a folder.");
        }

        return new Location(LocalObjectStore.create(path), "");
    }

    private static Location s3(String uri, boolean folder) {
        S3Uri parsed = S3Uri.parse(uri);
        ObjectStore store =
                S3ObjectStore.builder(parsed.bucket(), S3Client.create()).build();
        String prefix = parsed.prefix();
        boolean closed = prefix.isEmpty() || prefix.endsWith("/");
        if (closed || (!folder && store.head(prefix).isPresent())) {
            return new Location(store, prefix);
        }

        // Without the slash "orders" would also list "orders_old".
        return new Location(store, prefix + "/");
    }

    static Path path(String uri) {
        try {
            if (uri.startsWith(FILE + "/")) {
                return Path.of(URI.create(uri));
            }

            return Path.of(uri.startsWith(FILE) ? uri.substring(FILE.length()) : uri);
        } catch (IllegalArgumentException e) {
            throw new UsageException("cannot understand '" + uri + "' as a path: " + e.getMessage() + ".");
        }
    }
}
