package io.convergence.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The files under a prefix in key order, one at a time. A folder is visited under its name with '/' appended: so
 * sorted, a depth-first walk gives the order of the whole keys ({@code a-b} before {@code a/x}).
 *
 * <p>The names in a folder are read when the walk comes to it, and each name is looked at only when it is its turn: what
 * lies before {@code startAfter} or beyond the last file asked for costs its name only.
 */
final class LocalWalk {
    private final LocalKeys keys;
    private final String description;
    private final FileWork work;
    private final String prefix;
    private final String startAfter;
    private final Deque<Level> levels = new ArrayDeque<>();

    LocalWalk(LocalKeys keys, String description, FileWork work, String prefix, String startAfter) throws IOException {
        this.keys = keys;
        this.description = description;
        this.work = work;
        this.prefix = prefix;
        this.startAfter = startAfter;
        Optional<Path> folder = keys.folder(prefix);
        if (folder.isPresent() && keys.exists(folder.get()) && LocalKeys.isDirectory(folder.get())) {
            levels.push(open(prefix.substring(0, prefix.lastIndexOf('/') + 1), folder.get()));
        }
    }

    /**
     * The next file, or empty after the last one.
     *
     * @param passOver folders, by their key with '/' appended, whose files do not matter any more
     */
    Optional<Found> next(Predicate<String> passOver) throws IOException {
        while (true) {
            Level level = levels.peek();
            if (level == null) {
                return Optional.empty();
            }

            String folder = level.nextFolder();
            if (folder != null) {
                if (!isPassed(folder) && !passOver.test(folder)) {
                    levels.push(open(folder, level.path(folder)));
                }

                continue;
            }

            String key = level.nextName();
            if (key == null) {
                levels.pop();
            } else if (look(level, key)) {
                return Optional.of(new Found(key, level.path(key)));
            }
        }
    }

    private boolean isPassed(String folder) {
        return ObjectKeys.order().compare(ObjectKeys.afterAllUnder(folder), startAfter) <= 0;
    }

    /** Whether the key is a file's; a folder waits until it is its turn. */
    private boolean look(Level level, String key) throws IOException {
        Path path = level.path(key);
        work.attributesRead().increment();
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isSymbolicLink()) {
                throw keys.symbolicLink(path);
            }

            if (attributes.isOther()) {
                throw StoreErrors.refused(
                        "list", key, description, "it is neither a file nor a folder. Move it away.", null);
            }

            if (attributes.isDirectory()) {
                level.folders.add(key + "/");
            }

            return attributes.isRegularFile();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private Level open(String folderKey, Path folder) throws IOException {
        var found = new ArrayList<String>();
        work.foldersRead().increment();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path path : stream) {
                String name = path.getFileName().toString();
                if (name.equals(LocalKeys.WORK_FOLDER)) {
                    continue;
                }

                requireNameable(folder, path, name);
                String key = folderKey + name;
                if (matters(key)) {
                    found.add(key);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException | NotDirectoryException e) {
            // Deleted since its parent was read: it holds no objects any more.
            found.clear();
        }

        found.sort(ObjectKeys.order());
        return new Level(folder, folderKey.length(), found);
    }

    /** Whether the name, be it a file's or a folder's, can lead to keys that are asked for. */
    private boolean matters(String key) {
        if (!key.startsWith(prefix)) {
            return false;
        }

        String asFolder = key + "/";
        return ObjectKeys.order().compare(asFolder, startAfter) >= 0 || startAfter.startsWith(asFolder);
    }

    /** A file that no key can name would silently be missing from what is read. */
    private void requireNameable(Path folder, Path path, String name) {
        String problem = LocalKeys.problem(name)
                .orElse(
                        expresses(folder, path, name)
                                ? ""
                                : "its name is not text in this process's file name encoding");
        if (!problem.isEmpty()) {
            throw StoreErrors.refused(
                    "list",
                    keys.key(path),
                    description,
                    problem + ", so no key can name it. Rename it or move it away.",
                    null);
        }
    }

    private static boolean expresses(Path folder, Path path, String name) {
        try {
            return folder.resolve(name).equals(path);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** A file that was there when its turn came. */
    record Found(String key, Path path) {}

    /** What is left of a folder: names in order, and those of them that turned out to be folders. */
    private static final class Level {
        private final Path folder;
        private final int keyLength;
        private final List<String> names;
        private final PriorityQueue<String> folders = new PriorityQueue<>(ObjectKeys.order());
        private int next;

        Level(Path folder, int keyLength, List<String> names) {
            this.folder = folder;
            this.keyLength = keyLength;
            this.names = names;
        }

        /** The first waiting folder, if no name sorts before it. */
        @Nullable
        String nextFolder() {
            String first = folders.peek();
            boolean isItsTurn =
                    first != null && (next == names.size() || ObjectKeys.order().compare(first, names.get(next)) < 0);
            return isItsTurn ? folders.poll() : null;
        }

        @Nullable
        String nextName() {
            return next == names.size() ? null : names.get(next++);
        }

        Path path(String key) {
            int end = key.endsWith("/") ? key.length() - 1 : key.length();
            return folder.resolve(key.substring(keyLength, end));
        }
    }
}
