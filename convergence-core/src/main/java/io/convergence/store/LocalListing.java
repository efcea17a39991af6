package io.convergence.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One page of files in key order. A folder is visited under its name with '/' appended: so sorted, a depth-first walk
 * gives the order of the whole keys ({@code a-b} before {@code a/x}).
 */
final class LocalListing {
    private final LocalKeys keys;
    private final LocalFiles files;
    private final String description;
    private final ListRequest request;
    private final ListPageBuilder page;

    LocalListing(LocalKeys keys, LocalFiles files, String description, ListRequest request) {
        this.keys = keys;
        this.files = files;
        this.description = description;
        this.request = request;
        this.page = new ListPageBuilder(request);
    }

    ListPage list() throws IOException {
        Optional<Path> folder = keys.folder(request.prefix());
        if (folder.isPresent() && keys.exists(folder.get()) && LocalKeys.isDirectory(folder.get())) {
            walk(folder.get());
        }

        return page.build();
    }

    /** Returns false once the page is full. */
    private boolean walk(Path folder) throws IOException {
        for (Entry entry : entries(folder)) {
            boolean goOn = entry.directory() ? enter(entry) : offer(entry);
            if (!goOn) {
                return false;
            }
        }

        return true;
    }

    private boolean enter(Entry folder) throws IOException {
        String key = folder.key();
        boolean related = key.startsWith(request.prefix()) || request.prefix().startsWith(key);
        boolean passed = ObjectKeys.order().compare(ObjectKeys.afterAllUnder(key), request.startAfter()) <= 0;
        return !related || passed || page.covers(key) || walk(folder.path());
    }

    private boolean offer(Entry file) throws IOException {
        if (!file.key().startsWith(request.prefix())) {
            return true;
        }

        try {
            return page.offer(file.key(), () -> stat(file));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Optional<ObjectStat> stat(Entry file) {
        try {
            return files.tag(file.path()).map(found -> found.stat(file.key()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Entry> entries(Path folder) throws IOException {
        var entries = new ArrayList<Entry>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path path : stream) {
                entry(folder, path).ifPresent(entries::add);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException | NotDirectoryException e) {
            // Deleted since its parent was read: it holds no objects any more.
            return List.of();
        }

        entries.sort(Comparator.comparing(Entry::key, ObjectKeys.order()));
        return entries;
    }

    private Optional<Entry> entry(Path folder, Path path) throws IOException {
        String name = path.getFileName().toString();
        if (name.equals(LocalKeys.WORK_FOLDER)) {
            return Optional.empty();
        }

        requireNameable(folder, path, name);
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isSymbolicLink()) {
                throw keys.symbolicLink(path);
            }

            if (attributes.isOther()) {
                throw StoreErrors.refused(
                        "list", keys.key(path), description, "it is neither a file nor a folder. Move it away.", null);
            }

            String key = attributes.isDirectory() ? keys.key(path) + "/" : keys.key(path);
            return Optional.of(new Entry(key, path, attributes.isDirectory()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
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

    private record Entry(String key, Path path, boolean directory) {}
}
