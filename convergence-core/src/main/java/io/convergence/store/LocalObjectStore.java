package io.convergence.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A folder as an object store: the key {@code a/b} is the file {@code b} in the folder {@code a}. Files that others
 * put there, such as a downloaded DMS folder, list and read like any other; reading writes nothing.
 *
 * <ul>
 *   <li><b>Writes</b> go to the hidden folder {@code .convergence-work} first, are forced to disk, and become visible
 *       whole by a hard link or an atomic move. Changes are serialised by a lock file, so conditions hold among all
 *       threads and processes of this machine that use this class; other programs that overwrite files in place are
 *       seen by readers, but not held off. What a killed process leaves in the hidden folder may be deleted when no
 *       process uses the store.
 *   <li><b>ETags</b> are the MD5 of the content. They are remembered only for files that have not changed for three
 *       seconds by the machine's clock, and only where the file system keeps a change time that nobody can set; else
 *       the file is read each time. So an overwrite of equal size within a tick of the clock is seen.
 *   <li><b>Keys</b> with {@code .}, {@code ..}, empty segments, backslashes or control characters are refused with
 *       {@link IllegalArgumentException}. Symbolic links and files whose names are no keys are refused with
 *       {@link StoreAccessException}, in a listing when it comes to them, rather than skipped. A file and a folder cannot have one name:
 *       {@link UnsupportedOperationException}.
 * </ul>
 *
 * Thread-safe.
 */
public final class LocalObjectStore implements ObjectStore {
    private static final Set<Capability> CAPABILITIES = Collections.unmodifiableSet(
            EnumSet.complementOf(EnumSet.of(Capability.KEY_BESIDE_FOLDER, Capability.ANY_KEY, Capability.OBJECT_TAGS)));

    private static final String UPLOAD = "upload-";
    /** In an upload's folder, the file that names its key. */
    private static final String UPLOAD_KEY = "key";

    private final Path root;
    private final Path work;
    private final String description;
    private final LocalKeys keys;
    private final FileWork fileWork = new FileWork();
    private final LocalFiles files = new LocalFiles(fileWork);
    private final RootLock lock;

    private LocalObjectStore(Path root) {
        this.root = root;
        this.work = root.resolve(LocalKeys.WORK_FOLDER);
        this.description = root.toUri().toString();
        this.keys = new LocalKeys(root, description);
        this.lock = new RootLock(work.resolve("lock"));
    }

    /**
     * The store in an existing folder.
     *
     * @throws StoreAccessException if it is no folder or cannot be entered
     */
    public static LocalObjectStore open(Path root) {
        requireNonNull(root, "root");
        try {
            Path real = root.toRealPath();
            if (!Files.isDirectory(real)) {
                throw new StoreAccessException(
                        "",
                        "Cannot open folder '" + root + "' as a store: it is a file. Name the folder it is in.",
                        null);
            }

            return new LocalObjectStore(real);
        } catch (IOException e) {
            throw new StoreAccessException(
                    "", "Cannot open folder '" + root + "' as a store: " + why(e) + ". Name an existing folder.", e);
        }
    }

    /** The store in a folder, which is created if absent. */
    public static LocalObjectStore create(Path root) {
        try {
            Files.createDirectories(requireNonNull(root, "root"));
        } catch (IOException e) {
            throw new StoreAccessException(
                    "", "Cannot create folder '" + root + "' for a store: " + why(e) + ". Name another folder.", e);
        }

        return open(root);
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public String description() {
        return description;
    }

    /** The machine's clock, by which its file systems stamp files. */
    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public ListPage list(ListRequest request) {
        return call(
                "list",
                request.prefix(),
                () -> new LocalListing(walk(request.prefix(), request.startAfter()), files, request).list());
    }

    /**
     * {@inheritDoc} The names in a folder are read once, when the stream comes to it, whatever their number; pages asked
     * for one by one with {@link #list} read them again for each page.
     */
    @Override
    public Stream<ObjectStat> listAll(String prefix) {
        return Listings.stream(new LocalObjects(this, files, requireNonNull(prefix, "prefix")));
    }

    LocalWalk walk(String prefix, String startAfter) throws IOException {
        return new LocalWalk(keys, description, fileWork, prefix, startAfter);
    }

    /** What this store has asked of the file system for listings and ETags since it was opened. */
    FileWork fileWork() {
        return fileWork;
    }

    @Override
    public Optional<ObjectStat> head(String key) {
        Path file = keys.file(key);
        return call("look up", key, () -> stat(file, key));
    }

    @Override
    public Optional<StoredObject> get(String key) {
        Path file = keys.file(key);
        return call("read", key, () -> isThere(file) ? whole(file, key) : Optional.empty());
    }

    @Override
    public byte[] read(ObjectStat object, long offset, int length) {
        Ranges.check(object, offset, length);
        String key = object.key();
        Path file = keys.file(key);
        return call("read", key, () -> {
            LocalFiles.Look look = (isThere(file)
                            ? files.look(file, new LocalFiles.Section(offset, length))
                            : Optional.<LocalFiles.Look>empty())
                    .orElseThrow(() -> StoreErrors.absent("read", key, description));
            requireMatch("read", look.tagged().stat(key), object.etag());
            return look.bytes();
        });
    }

    @Override
    public ObjectStat put(String key, byte[] content, WriteCondition condition) {
        Path file = keys.file(key);
        return call("write", key, () -> {
            Path unfinished = workFolder().resolve("put-" + UUID.randomUUID());
            try {
                write(unfinished, List.of(content));
                return publish(unfinished, file, key, Checksums.etag(content), condition);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        });
    }

    @Override
    public MultipartUpload startMultipart(String key) {
        Path file = keys.file(key);
        return call("start an upload of", key, () -> {
            Path folder = Files.createDirectory(workFolder().resolve(UPLOAD + UUID.randomUUID()));
            Files.writeString(folder.resolve(UPLOAD_KEY), key);
            return new LocalMultipartUpload(this, file, key, folder);
        });
    }

    @Override
    public List<OpenUpload> openUploads(String prefix) {
        return call("list open uploads under", prefix, () -> {
            List<OpenUpload> uploads = new ArrayList<>();
            try (var folders = Files.newDirectoryStream(work, UPLOAD + "*")) {
                for (Path folder : folders) {
                    openUpload(folder)
                            .filter(upload -> upload.key().startsWith(prefix))
                            .ifPresent(uploads::add);
                }
            } catch (NoSuchFileException e) {
                return List.<OpenUpload>of();
            }

            uploads.sort(Comparator.comparing(OpenUpload::key, ObjectKeys.order()));
            return uploads;
        });
    }

    /** Empty if it ends meanwhile, or has not begun quite yet. */
    private static Optional<OpenUpload> openUpload(Path folder) throws IOException {
        Path name = folder.resolve(UPLOAD_KEY);
        try {
            String key = Files.readString(name);
            Instant started = Files.getLastModifiedTime(name).toInstant();
            return key.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new OpenUpload(key, folder.getFileName().toString(), started));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void abortUpload(OpenUpload upload) {
        call("abort an upload of", upload.key(), () -> {
            Path folder = work.resolve(upload.id()).normalize();
            if (!work.equals(folder.getParent()) || !upload.id().startsWith(UPLOAD)) {
                throw new IllegalArgumentException("Cannot abort upload '" + upload.id() + "' of object '"
                        + upload.key() + "' in " + description + ": it is none of this store.");
            }

            LocalMultipartUpload.drop(folder);
            return true;
        });
    }

    @Override
    public void delete(String key) {
        Path file = keys.file(key);
        call("delete", key, () -> {
            if (isThere(file)) {
                workFolder();
                lock.hold(() -> remove(file));
            }

            return true;
        });
    }

    @Override
    public void deleteIfMatch(String key, ETag etag) {
        Path file = keys.file(key);
        call("delete", key, () -> {
            workFolder();
            return lock.hold(() -> {
                ObjectStat found = stat(file, key).orElseThrow(() -> StoreErrors.absent("delete", key, description));
                requireMatch("delete", found, etag);
                return remove(file);
            });
        });
    }

    @Override
    public String toString() {
        return description;
    }

    /** Runs an action on the file system; its I/O failures become the port's exceptions. */
    <T> T call(String action, String key, RootLock.Action<T> body) {
        try {
            return body.run();
        } catch (AccessDeniedException e) {
            throw StoreErrors.refused(action, key, description, why(e) + ". Give this process the permission.", e);
        } catch (IOException e) {
            throw new StoreUnavailableException(
                    key,
                    "Cannot " + action + " '" + key + "' in " + description + ": " + why(e)
                            + ". Check the disk and try again.",
                    e);
        }
    }

    /** Writes the chunks to a new file and forces them to disk. */
    void write(Path file, List<byte[]> chunks) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (byte[] chunk : chunks) {
                var bytes = ByteBuffer.wrap(chunk);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }

            channel.force(true);
        }
    }

    /** Makes a finished file of the work folder visible under the key. */
    ObjectStat publish(Path unfinished, Path file, String key, ETag etag, WriteCondition condition) throws IOException {
        return lock.hold(() -> {
            if (condition instanceof WriteCondition.IfMatch wanted) {
                ObjectStat found = stat(file, key).orElseThrow(() -> StoreErrors.absent("overwrite", key, description));
                requireMatch("overwrite", found, wanted.etag());
            }

            FileIdentity identity = FileIdentity.of(unfinished);
            makeRoom(file, key);
            if (condition instanceof WriteCondition.IfAbsent) {
                create(unfinished, file, key);
            } else {
                Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            }

            return ObjectStat.of(key, identity.size(), etag, identity.modified());
        });
    }

    private void create(Path unfinished, Path file, String key) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw StoreErrors.exists(key, description);
        }

        try {
            Files.createLink(file, unfinished);
        } catch (FileAlreadyExistsException e) {
            throw StoreErrors.exists(key, description);
        } catch (UnsupportedOperationException | FileSystemException e) {
            // A file system without hard links; the lock still keeps other stores off.
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Creates the folders above the file, and removes empty folders in its place: S3 has none. */
    private void makeRoom(Path file, String key) throws IOException {
        createFolders(file, key);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !keys.isTrue(file)) {
            throw besideAnother(key, file);
        }

        if (LocalKeys.isDirectory(file)) {
            try {
                removeEmptyFolders(file);
            } catch (DirectoryNotEmptyException e) {
                throw besideAnother(key, file);
            }
        }
    }

    private void createFolders(Path file, String key) throws IOException {
        List<Path> steps = keys.steps(file);
        for (int i = steps.size() - 1; i > 0; i--) {
            Path folder = steps.get(i);
            try {
                Files.createDirectory(folder);
            } catch (FileAlreadyExistsException e) {
                if (!keys.isTrue(folder) || !LocalKeys.isDirectory(folder)) {
                    throw besideAnother(key, folder);
                }
            }
        }
    }

    private UnsupportedOperationException besideAnother(String key, Path other) {
        return new UnsupportedOperationException("Cannot write object '" + key + "' in " + description + ": '"
                + keys.key(other)
                + "' there is a file where a folder is needed, a folder where a file is, or differs only"
                + " in upper and lower case, which a file system cannot hold side by side ("
                + Capability.KEY_BESIDE_FOLDER
                + "). Choose another key.");
    }

    private static void removeEmptyFolders(Path folder) throws IOException {
        try (var entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (!LocalKeys.isDirectory(entry)) {
                    throw new DirectoryNotEmptyException(folder.toString());
                }

                removeEmptyFolders(entry);
            }
        }

        Files.delete(folder);
    }

    private boolean remove(Path file) throws IOException {
        if (!isThere(file) || !Files.deleteIfExists(file)) {
            return false;
        }

        List<Path> steps = keys.steps(file);
        for (Path folder : steps.subList(1, steps.size())) {
            try {
                Files.delete(folder);
            } catch (DirectoryNotEmptyException e) {
                break;
            }
        }

        return true;
    }

    private Optional<StoredObject> whole(Path file, String key) throws IOException {
        Optional<LocalFiles.Look> look = files.look(file, LocalFiles.Section.ALL);
        long size = look.map(found -> found.tagged().identity().size()).orElse(0L);
        if (look.isPresent() && look.get().bytes().length != size) {
            throw new IllegalArgumentException("Cannot read object '" + key + "' in " + description + " whole: it has "
                    + size + " bytes. Read it by ranges.");
        }

        return look.map(found -> new StoredObject(found.tagged().stat(key), found.bytes()));
    }

    private Optional<ObjectStat> stat(Path file, String key) throws IOException {
        return isThere(file) ? files.tag(file).map(found -> found.stat(key)) : Optional.empty();
    }

    /** Whether the file exists under exactly this name and is a regular one. */
    private boolean isThere(Path file) throws IOException {
        return keys.exists(file) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    private void requireMatch(String action, ObjectStat found, ETag wanted) {
        if (!found.etag().equals(wanted)) {
            throw StoreErrors.changed(action, found.key(), description, wanted, found.etag());
        }
    }

    private Path workFolder() throws IOException {
        return Files.createDirectories(work);
    }

    private static String why(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "'" + e.getMessage() + "' does not exist";
        }

        return e instanceof AccessDeniedException
                ? "access to '" + e.getMessage() + "' is denied"
                : String.valueOf(e.getMessage());
    }
}
