package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.raw.LandingZone;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawListing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The raw files of one table as listed.
 *
 * @param own its LOAD files and those of its changes alone
 * @param transactions transaction files, which may hold changes of it
 * @param findings those about this table, and about objects nobody can assign to a table
 */
record RawFiles(List<RawFile> own, List<RawFile.Transaction> transactions, List<Finding> findings) {
    static RawFiles list(TableSetup setup) {
        List<RawListing> listings = new ArrayList<>();
        listings.add(LandingZone.scan(setup.rawStore(), setup.rawPrefix(), setup.layout()));
        setup.layout()
                .transactionPrefix()
                .filter(prefix -> !prefix.startsWith(setup.rawPrefix()))
                .map(prefix -> LandingZone.scan(setup.rawStore(), prefix, setup.layout()))
                .ifPresent(listings::add);
        List<RawFile> own = new ArrayList<>();
        Map<String, RawFile.Transaction> transactions = new LinkedHashMap<>();
        List<Finding> findings = new ArrayList<>();
        for (RawListing listing : listings) {
            own.addAll(listing.files(setup.table()));
            listing.transactions().forEach(file -> transactions.put(file.key(), file));
            findings.addAll(findings(setup, listing));
        }

        return new RawFiles(own, List.copyOf(transactions.values()), findings);
    }

    /** What begins so and follows a key. */
    static RawListing scan(TableSetup setup, String prefix, String after) {
        return LandingZone.scan(setup.rawStore(), prefix, after, setup.layout());
    }

    List<RawFile> all() {
        List<RawFile> all = new ArrayList<>(own);
        all.addAll(transactions);
        return all;
    }

    private static List<Finding> findings(TableSetup setup, RawListing listing) {
        Set<String> others = listing.tables().entrySet().stream()
                .filter(files -> !files.getKey().equals(setup.table()))
                .flatMap(files -> files.getValue().stream())
                .map(RawFile::key)
                .collect(Collectors.toSet());
        return listing.findings().stream()
                .filter(finding -> !others.contains(finding.path()))
                .toList();
    }
}
