package io.convergence.benchmarks.compaction;

import io.convergence.store.Capability;
import io.convergence.store.ETag;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreUnavailableException;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files of a folder, or its Parquet files and everything else in memory, as a store that costs its client what S3 does: ETags come from the
 * store, here of size and time instead of an MD5 of the content, and nothing is forced to disk, as by the other programs measured.
 * {@code LocalObjectStore} does both. Conditions hold among the threads of this process.
 */
public final class FolderStore implements ObjectStore {
    private static final String SUFFIX = ".parquet";
    private static final String UNFINISHED = ".unfinished";

    private final Path folder;
    private final boolean whole;
    private final InMemoryObjectStore others;

    private FolderStore(Path folder, boolean whole) {
        this.folder = folder;
        this.whole = whole;
        this.others =
                new InMemoryObjectStore(InstantSource.system(), folder.toUri().toString());
    }

    /** Of Parquet files; other objects stay in memory. */
    public static FolderStore open(Path folder) {
        return new FolderStore(folder, false);
    }

    /** Of all files, so that another process finds them. */
    public static FolderStore openWhole(Path folder) {
        return new FolderStore(folder, true);
    }

    private boolean isFile(String key) {
        return whole ? !key.endsWith(UNFINISHED) : key.endsWith(SUFFIX);
    }

    @Override
    public Set<Capability> capabilities() {
        return others.capabilities();
    }

    @Override
    public String description() {
        return others.description();
    }

    @Override
    public Instant now() {
        return others.now();
    }

    @Override
    public ListPage list(ListRequest request) {
        if (request.delimiter() != null) {
            throw new UnsupportedOperationException("Cannot group keys: no program measured does.");
        }

        List<ObjectStat> objects = new ArrayList<>();
        try (Stream<ObjectStat> all = listAll(request.prefix())) {
            all.filter(object -> object.key().compareTo(request.startAfter()) > 0)
                    .limit(request.maxKeys() + 1L)
                    .forEach(objects::add);
        }
        boolean more = objects.size() > request.maxKeys();
        List<ObjectStat> page = more ? objects.subList(0, request.maxKeys()) : objects;
        return new ListPage(page, List.of(), more ? page.get(page.size() - 1).key() : null);
    }

    @Override
    public Stream<ObjectStat> listAll(String prefix) {
        List<ObjectStat> found = new ArrayList<>(others.listAll(prefix).toList());
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(key -> isFile(key) && key.startsWith(prefix))
                    .forEach(key -> head(key).ifPresent(found::add));
        } catch (IOException e) {
            throw unavailable("list", prefix, e);
        }

        return found.stream().sorted(Comparator.comparing(ObjectStat::key));
    }

    @Override
    public Optional<ObjectStat> head(String key) {
        if (!isFile(key)) {
            return others.head(key);
        }

        try {
            var attributes = Files.readAttributes(folder.resolve(key), BasicFileAttributes.class);
            // Copies of a file have its time in milliseconds.
            var time = attributes.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.MILLIS);
            return Optional.of(ObjectStat.of(key, attributes.size(), new ETag(time + "-" + attributes.size()), time));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unavailable("look up", key, e);
        }
    }

    @Override
    public Optional<StoredObject> get(String key) {
        return isFile(key)
                ? head(key).map(object -> new StoredObject(object, read(object, 0, Math.toIntExact(object.size()))))
                : others.get(key);
    }

    @Override
    public byte[] read(ObjectStat object, long offset, int length) {
        if (!isFile(object.key())) {
            return others.read(object, offset, length);
        }

        try (FileChannel file = FileChannel.open(folder.resolve(object.key()))) {
            ObjectStat found = head(object.key())
                    .orElseThrow(() -> new ObjectNotFoundException(object.key(), "Cannot read it: it vanished.", null));
            if (!found.etag().equals(object.etag())) {
                throw new PreconditionFailedException(object.key(), "Cannot read it: it changed.", null);
            }

            ByteBuffer bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining()) {
                if (file.read(bytes, offset + bytes.position()) < 0) {
                    throw new IOException("The file ends early.");
                }
            }

            return bytes.array();
        } catch (IOException e) {
            throw unavailable("read", object.key(), e);
        }
    }

    @Override
    public ObjectStat put(String key, byte[] content, WriteCondition condition) {
        if (!isFile(key)) {
            return others.put(key, content, condition);
        }

        try (MultipartUpload upload = startMultipart(key)) {
            upload.part(1, content);
            return upload.complete(condition);
        }
    }

    @Override
    public MultipartUpload startMultipart(String key) {
        if (!isFile(key)) {
            return others.startMultipart(key);
        }

        try {
            return new Upload(key);
        } catch (IOException e) {
            throw unavailable("write", key, e);
        }
    }

    @Override
    public void delete(String key) {
        if (!isFile(key)) {
            others.delete(key);
            return;
        }

        try {
            Files.deleteIfExists(folder.resolve(key));
        } catch (IOException e) {
            throw unavailable("delete", key, e);
        }
    }

    @Override
    public void deleteIfMatch(String key, ETag etag) {
        if (!isFile(key)) {
            others.deleteIfMatch(key, etag);
            return;
        }

        ObjectStat found =
                head(key).orElseThrow(() -> new ObjectNotFoundException(key, "Cannot delete it: it vanished.", null));
        if (!found.etag().equals(etag)) {
            throw new PreconditionFailedException(key, "Cannot delete it: it changed.", null);
        }

        delete(key);
    }

    private static StoreUnavailableException unavailable(String action, String key, IOException cause) {
        return new StoreUnavailableException(
                key, "Cannot " + action + " '" + key + "': " + cause.getMessage() + " Check the disk.", cause);
    }

    /** Parts are appended to a file beside the one it becomes; they must come in order, as those of the writers measured do. */
    private final class Upload implements MultipartUpload {
        private final String key;
        private final Path unfinished;
        private final FileChannel out;
        private int last;

        Upload(String key) throws IOException {
            this.key = key;
            Path file = folder.resolve(key);
            Files.createDirectories(file.getParent());
            this.unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
            this.out = FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        @Override
        public String key() {
            return key;
        }

        @Override
        public synchronized void part(int number, byte[] content) {
            if (number <= last) {
                throw new UnsupportedOperationException("Cannot take part " + number + " after part " + last + ".");
            }

            last = number;
            try {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            } catch (IOException e) {
                throw unavailable("write", key, e);
            }
        }

        @Override
        public synchronized ObjectStat complete(WriteCondition condition) {
            if (!condition.equals(WriteCondition.ifAbsent())) {
                throw new UnsupportedOperationException("Cannot replace '" + key + "': no program measured does.");
            }

            try {
                out.close();
                Files.createLink(folder.resolve(key), unfinished);
                Files.delete(unfinished);
            } catch (FileAlreadyExistsException e) {
                abort();
                throw new PreconditionFailedException(key, "Cannot write it: it is there.", e);
            } catch (IOException e) {
                throw unavailable("write", key, e);
            }
            return head(key).orElseThrow();
        }

        @Override
        public synchronized void abort() {
            try {
                out.close();
                Files.deleteIfExists(unfinished);
            } catch (IOException e) {
                throw unavailable("abort the upload of", key, e);
            }
        }
    }
}
