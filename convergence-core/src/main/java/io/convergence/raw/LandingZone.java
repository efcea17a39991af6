package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Lists what DMS has written. */
public final class LandingZone {
    /** Above this many, foreign objects are only counted: a folder of the wrong kind may hold millions. */
    static final int REPORTED_FOREIGN_OBJECTS = 100;

    private static final Comparator<RawFile> BY_PLACE = Comparator.comparing(LandingZone::loadsFirst)
            .thenComparing((one, other) -> {
                if (one instanceof RawFile.Load load && other instanceof RawFile.Load second) {
                    int bySegment = load.segment().compareTo(second.segment());
                    return bySegment != 0 ? bySegment : Long.compare(load.number(), second.number());
                }
                if (one instanceof RawFile.Cdc cdc && other instanceof RawFile.Cdc second) {
                    return cdc.instant().compareTo(second.instant());
                }

                return 0;
            })
            .thenComparing(RawFile::key);

    private LandingZone() {}

    /**
     * Lists everything under {@code prefix} with the store's paged listing; memory grows with the number of objects.
     *
     * @param prefix a folder, with or without a slash at its end, or the key of one object; empty for the whole store
     */
    public static RawListing scan(ObjectStore store, String prefix, RawLayout layout) {
        requireNonNull(layout, "layout");
        try (Stream<ObjectStat> objects = store.listAll(prefix)) {
            return listing(objects.filter(object -> isUnder(object.key(), prefix)), prefix, layout);
        }
    }

    /**
     * Lists what follows a key, so that a folder whose names sort by time need not be listed from its beginning
     * (rule L7).
     *
     * @param prefix a folder with a slash at its end, or what the names of the wanted objects in it begin with
     * @param after exclusive; need not exist; empty for none
     */
    public static RawListing scan(ObjectStore store, String prefix, String after, RawLayout layout) {
        requireNonNull(layout, "layout");
        List<ObjectStat> objects = new ArrayList<>();
        ListRequest request = ListRequest.of(prefix).after(after);
        while (true) {
            ListPage page = store.list(request);
            objects.addAll(page.objects());
            Optional<String> next = page.next();
            if (next.isEmpty()) {
                return listing(objects.stream(), prefix, layout);
            }

            request = request.after(next.get());
        }
    }

    private static RawListing listing(Stream<ObjectStat> objects, String prefix, RawLayout layout) {
        SortedMap<TableId, List<RawFile>> tables = new TreeMap<>();
        List<RawFile.Transaction> transactions = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        long controls = 0;
        long foreign = 0;
        for (ObjectStat stat : (Iterable<ObjectStat>) objects::iterator) {
            Parsed parsed = layout.parse(stat);
            if (parsed instanceof Parsed.Data data) {
                findings.addAll(data.findings());
                if (data.file() instanceof RawFile.Transaction transaction) {
                    transactions.add(transaction);
                } else {
                    tables.computeIfAbsent(tableOf(data.file()), table -> new ArrayList<>())
                            .add(data.file());
                }
            } else if (parsed instanceof Parsed.Foreign other) {
                foreign++;
                if (foreign <= REPORTED_FOREIGN_OBJECTS) {
                    findings.add(Finding.warning(
                            "FOREIGN_OBJECT",
                            stat.key(),
                            "The object is not read: " + other.reason() + ".",
                            "Move it away, or correct the settings if it is data."));
                }
            } else {
                controls++;
            }
        }

        if (foreign > REPORTED_FOREIGN_OBJECTS) {
            findings.add(Finding.warning(
                    "FOREIGN_OBJECTS",
                    prefix,
                    foreign + " objects are not read because the layout does not explain them; the first "
                            + REPORTED_FOREIGN_OBJECTS + " are listed.",
                    "Check that the prefix and the settings are those of the task."));
        }
        tables.values().forEach(files -> files.sort(BY_PLACE));
        transactions.sort(Comparator.comparing(RawFile.Transaction::instant).thenComparing(RawFile::key));
        return new RawListing(tables, transactions, controls, foreign, findings);
    }

    private static boolean isUnder(String key, String prefix) {
        return prefix.isEmpty()
                || prefix.endsWith("/")
                || key.length() == prefix.length()
                || key.charAt(prefix.length()) == '/';
    }

    private static TableId tableOf(RawFile file) {
        return file instanceof RawFile.Load load ? load.table() : ((RawFile.Cdc) file).table();
    }

    private static int loadsFirst(RawFile file) {
        return file instanceof RawFile.Load ? 0 : 1;
    }
}
