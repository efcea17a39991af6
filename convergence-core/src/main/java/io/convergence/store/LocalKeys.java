package io.convergence.store;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Maps keys to files below a root and lets none lead out of it. */
final class LocalKeys {
    /** Holds what is not yet visible; no key may name it. */
    static final String WORK_FOLDER = ".convergence-work";

    private static final int MAX_NAME_BYTES = 255;

    private final Path root;
    private final String description;

    /** @param root a real path */
    LocalKeys(Path root, String description) {
        this.root = root;
        this.description = description;
    }

    /** The file a key stands for; it need not exist, and {@link #isTrue} has not been asked. */
    Path file(String key) {
        ObjectKeys.check(key);
        for (String segment : key.split("/", -1)) {
            problem(segment).ifPresent(why -> {
                throw new IllegalArgumentException("Cannot use object key '" + key + "' in " + description + ": " + why
                        + ". Choose another key, or a store that declares " + Capability.ANY_KEY + ".");
            });
        }

        return resolve(key);
    }

    /** The folder in which the keys with this prefix lie, or empty if no key of this store can start with it. */
    Optional<Path> folder(String prefix) {
        int end = prefix.lastIndexOf('/');
        if (end < 0) {
            return Optional.of(root);
        }

        String folder = prefix.substring(0, end);
        for (String segment : folder.split("/", -1)) {
            if (problem(segment).isPresent()) {
                return Optional.empty();
            }
        }

        return Optional.of(resolve(folder));
    }

    /** Why a name of a file or folder cannot be part of a key, or empty if it can. */
    static Optional<String> problem(String segment) {
        if (segment.isEmpty()) {
            return Optional.of("it has an empty segment, or starts or ends with '/'");
        }

        if (segment.equals(".") || segment.equals("..")) {
            return Optional.of("it has the segment '" + segment + "'");
        }

        if (segment.equals(WORK_FOLDER)) {
            return Optional.of("'" + WORK_FOLDER + "' is where the store keeps unfinished writes");
        }

        if (segment.chars().anyMatch(c -> c == '\\' || Character.isISOControl(c))) {
            return Optional.of("it has a backslash or a control character");
        }

        int bytes = segment.getBytes(StandardCharsets.UTF_8).length;
        return bytes > MAX_NAME_BYTES
                ? Optional.of(
                        "its segment of " + bytes + " bytes is longer than the " + MAX_NAME_BYTES + " of a file name")
                : Optional.empty();
    }

    /**
     * Whether an existing path really lies where its key says.
     *
     * @throws NoSuchFileException if it does not exist after all
     * @return false if the file system only found it by ignoring case or the like, so that for S3 it is another key
     * @throws StoreAccessException if the path goes through a symbolic link
     */
    boolean isTrue(Path existing) throws IOException {
        try {
            if (existing.toRealPath().equals(existing)) {
                return true;
            }
        } catch (NoSuchFileException e) {
            // Absent, or behind a link that leads nowhere.
            requireNoLink(existing);
            throw e;
        }

        requireNoLink(existing);
        return false;
    }

    /** As {@link #isTrue}, and false for what does not exist. */
    boolean exists(Path path) throws IOException {
        try {
            return isTrue(path);
        } catch (NoSuchFileException e) {
            return false;
        } catch (FileSystemException e) {
            // A file stands where the key needs a folder, so there can be nothing under this key.
            boolean behindFile =
                    steps(path).stream().skip(1).anyMatch(step -> Files.isRegularFile(step, LinkOption.NOFOLLOW_LINKS));
            if (behindFile) {
                return false;
            }

            throw e;
        }
    }

    private void requireNoLink(Path path) {
        for (Path step : steps(path)) {
            if (Files.isSymbolicLink(step)) {
                throw symbolicLink(step);
            }
        }
    }

    /** The path and the folders above it up to the root, which is not among them; the path comes first. */
    List<Path> steps(Path path) {
        var steps = new ArrayList<Path>();
        for (Path step = path; step != null && !step.equals(root); step = step.getParent()) {
            steps.add(step);
        }

        return steps;
    }

    String key(Path file) {
        return root.relativize(file).toString().replace(File.separatorChar, '/');
    }

    StoreAccessException symbolicLink(Path link) {
        return StoreErrors.refused(
                "follow",
                key(link),
                description,
                "it is a symbolic link, which could lead out of the folder. Put the file itself there, or open the store"
                        + " at the link's target.",
                null);
    }

    static boolean isDirectory(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    private Path resolve(String key) {
        try {
            return root.resolve(key);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    "Cannot use object key '" + key + "' in " + description
                            + ": this Java process cannot express it as a file name (" + e.getReason()
                            + "). Start it with a UTF-8 locale, e.g. LC_ALL=C.UTF-8.",
                    e);
        }
    }
}
