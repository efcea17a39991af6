package io.convergence.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Serialises changes of one root among the threads and processes that use {@link LocalObjectStore}. File locks belong
 * to the whole process, hence the second lock for its threads.
 */
final class RootLock {
    private static final ConcurrentMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();
    private static final int LOADER_WAIT_MILLIS = 5;

    private final Path file;
    private final ReentrantLock threads;

    RootLock(Path file) {
        this.file = file;
        this.threads = THREADS.computeIfAbsent(file, path -> new ReentrantLock());
    }

    /** An action on the file system. */
    interface Action<T> {
        T run() throws IOException;
    }

    <T> T hold(Action<T> action) throws IOException {
        threads.lock();
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = lock(channel)) {
            if (!held.isValid()) {
                throw new IOException("the lock on '" + file + "' was lost");
            }

            return action.run();
        } finally {
            threads.unlock();
        }
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        while (true) {
            try {
                return channel.lock();
            } catch (OverlappingFileLockException e) {
                // This class was loaded twice and the other copy holds the lock: its THREADS are not ours.
                pause();
            }
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(LOADER_WAIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the store's lock", e);
        }
    }
}
