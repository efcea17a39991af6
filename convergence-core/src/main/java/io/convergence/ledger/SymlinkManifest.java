package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.store.Capability;
import io.convergence.store.GuardedObjectStore;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreLocation;
import io.convergence.store.StoreUnavailableException;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import io.convergence.store.WriteConflictException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One object that names every file of a table, a line each, as Hive's {@code SymlinkTextInputFormat} reads it: Athena and
 * Trino see the compacted files and the raw tail, each row once, and switch from one state to the next by one write. The
 * object must be alone in its folder, which is the table's location. It is replaced by If-Match on the version read
 * before the snapshot was taken, so a process that slept cannot bring an older state back; the store must do that
 * atomically for racing writers.
 */
public final class SymlinkManifest implements Projection {
    /** The name of the object. */
    public static final String NAME = "manifest";

    private final GuardedObjectStore store;
    private final ObjectStore rawStore;
    private final ObjectStore lakeStore;
    private final String key;
    private final Ledger.Backoff backoff;

    private SymlinkManifest(
            GuardedObjectStore store, ObjectStore rawStore, ObjectStore lakeStore, String key, Ledger.Backoff backoff) {
        this.store = store;
        this.rawStore = requireNonNull(rawStore, "rawStore");
        this.lakeStore = requireNonNull(lakeStore, "lakeStore");
        this.key = key;
        this.backoff = requireNonNull(backoff, "backoff");
    }

    /**
     * A manifest below a prefix, in a folder of the ledger's table.
     *
     * @param store where the manifest goes
     * @param prefix outside DMS's folder and every other output, which {@link #show} checks by the files it is to name; empty
     *     or with its slash
     * @throws IllegalArgumentException if the store does not replace objects on a condition, or the prefix is that of the log
     */
    public static SymlinkManifest of(
            Ledger ledger,
            ObjectStore store,
            ObjectStore rawStore,
            ObjectStore lakeStore,
            String prefix,
            Ledger.Backoff backoff) {
        if (!store.capabilities().contains(Capability.PUT_IF_MATCH)) {
            throw new IllegalArgumentException("Cannot keep a manifest in " + store.description()
                    + ": it does not declare " + Capability.PUT_IF_MATCH + ".");
        }

        String folder = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
        StoreLocation place = StoreLocation.of(store, folder + ledger.tableFolder());
        if (place.overlaps(StoreLocation.of(ledger.store(), ledger.logPrefix()))) {
            throw new IllegalArgumentException("Cannot keep a manifest in '" + place + "': the log of table "
                    + ledger.table() + " is there. Give it a prefix of its own.");
        }

        return new SymlinkManifest(
                ledger.guarded(store), rawStore, lakeStore, folder + ledger.tableFolder() + NAME, backoff);
    }

    /** The object. */
    public String key() {
        return key;
    }

    @Override
    public String description() {
        return "symlink manifest '" + key + "' in " + store.description();
    }

    @Override
    public boolean shows(TableFiles files) {
        return store.get(key).map(StoredObject::text).orElse("").equals(text(files));
    }

    /**
     * How what engines see differs from these files.
     *
     * @param there whether there is a manifest
     * @param missing locations it does not name; of the raw tail those may just have arrived
     * @param missingCompacted whether one of them is a compacted file
     * @param surplus locations it names and should not, or once more than it should
     * @param others other objects in its folder, which engines take for manifests
     */
    public record Difference(
            boolean there, List<String> missing, boolean missingCompacted, List<String> surplus, List<String> others) {
        public Difference {
            missing = List.copyOf(missing);
            surplus = List.copyOf(surplus);
            others = List.copyOf(others);
        }

        public boolean isEmpty() {
            return missing.isEmpty() && surplus.isEmpty() && others.isEmpty();
        }
    }

    /** What {@link #show} would mend, and what it cannot: others' objects. Only reads. */
    public Difference difference(TableFiles files) {
        Optional<StoredObject> stored = store.get(key);
        List<String> named = new ArrayList<>(
                stored.map(StoredObject::text).orElse("").lines().toList());
        List<String> compacted = files.compacted().stream()
                .map(file -> location(lakeStore, file.key()))
                .toList();
        List<String> missing = new ArrayList<>();
        boolean missingCompacted = false;
        for (String line : text(files).lines().toList()) {
            if (!named.remove(line)) {
                missing.add(line);
                missingCompacted |= compacted.contains(line);
            }
        }
        List<String> others;
        try (Stream<ObjectStat> listed = store.listAll(key.substring(0, key.lastIndexOf('/') + 1))) {
            others = listed.map(ObjectStat::key)
                    .filter(other -> !other.equals(key))
                    .toList();
        }
        return new Difference(stored.isPresent(), missing, missingCompacted, named, others);
    }

    @Override
    public Set<String> shown(ObjectStore objects, Collection<String> keys) {
        Set<String> lines = store.get(key)
                .map(found -> found.text().lines().collect(Collectors.toSet()))
                .orElse(Set.of());
        return keys.stream()
                .filter(file -> lines.contains(location(objects, file)))
                .collect(Collectors.toSet());
    }

    @Override
    public Shown show(Supplier<TableFiles> files) {
        for (int attempt = 1; ; attempt++) {
            RuntimeException failure;
            try {
                Optional<StoredObject> before = store.get(key);
                // After the manifest was read: whoever replaces it meanwhile knows at least what this snapshot knows.
                TableFiles now = files.get();
                requireApart(now);
                String text = text(now);
                int shown = now.compacted().size() + now.tail().size();
                if (before.map(StoredObject::text).orElse("").equals(text)) {
                    return new Shown(now.slot(), shown, now.waiting().size(), Change.NONE);
                }

                if (store.now().isBefore(now.expiry())) {
                    WriteCondition condition = before.map(
                                    found -> WriteCondition.ifMatch(found.stat().etag()))
                            .orElseGet(WriteCondition::ifAbsent);
                    store.put(key, text.getBytes(StandardCharsets.UTF_8), condition);
                    return new Shown(now.slot(), shown, now.waiting().size(), Change.WRITTEN);
                }
                // Since they were taken somebody may have deleted some of them, which no manifest named.
                failure = new LedgerException(
                        "Cannot show the files of slot " + now.slot() + " in '" + key
                                + "': they are certain to be there until " + now.expiry()
                                + " only, which is over. Nothing was written; show the table again.",
                        null);
            } catch (PreconditionFailedException
                    | ObjectNotFoundException
                    | WriteConflictException
                    | StoreUnavailableException again) {
                // Whether this write or another's is there, the next look at it tells.
                failure = again;
            }
            if (attempt >= Ledger.DEFAULT_ATTEMPTS) {
                throw failure;
            }

            backoff.pause(attempt);
        }
    }

    /** Rule L4: where DMS or a clean-up empties a folder, the manifest must not lie, nor be listed as one of their files. */
    private void requireApart(TableFiles files) {
        StoreLocation own = StoreLocation.of(store, folder(key));
        Stream.concat(
                        files.compacted().stream().map(file -> StoreLocation.of(lakeStore, folder(file.key()))),
                        Stream.concat(files.tail().stream(), files.waiting().stream())
                                .map(raw -> StoreLocation.of(rawStore, folder(raw.key()))))
                .filter(home -> !home.equals(StoreLocation.of(store, "")) && own.overlaps(home))
                .findFirst()
                .ifPresent(home -> {
                    throw new IllegalArgumentException("Cannot keep the manifest '" + key + "' in '" + own
                            + "': it and '" + home
                            + "', where files of the table are, lie within each other. Give it a prefix of its own.");
                });
    }

    private static String folder(String key) {
        return key.substring(0, key.lastIndexOf('/') + 1);
    }

    private String text(TableFiles files) {
        List<String> lines = Stream.concat(
                        files.compacted().stream().map(file -> location(lakeStore, file.key())),
                        files.tail().stream().map(raw -> location(rawStore, raw.key())))
                .sorted()
                .toList();
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private static String location(ObjectStore store, String key) {
        String root = store.description();
        return (root.endsWith("/") ? root : root + "/") + key;
    }
}
