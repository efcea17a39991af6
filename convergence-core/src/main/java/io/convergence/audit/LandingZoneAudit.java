package io.convergence.audit;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.raw.LandingZone;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawListing;
import io.convergence.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Looks at a landing zone as it is, of whatever settings, and says what it is, what is wrong with it and what to do. Reads
 * only. Memory grows with the number of files, by some hundred bytes each, not with their size. Thread-safe.
 */
public final class LandingZoneAudit {
    private LandingZoneAudit() {}

    /**
     * Audits what lies under a prefix. A file that cannot be read is a finding with the file's own error and stops nothing.
     *
     * @param prefix a folder, with or without a slash at its end, or the key of one object; empty for the whole store
     * @throws io.convergence.store.StoreException if the prefix cannot be listed
     */
    public static LandingZoneReport run(
            ObjectStore store, String prefix, AuditOptions options, AuditListener listener) {
        requireNonNull(store, "store");
        requireNonNull(prefix, "prefix");
        requireNonNull(options, "options");
        return run(store, prefix, LandingZone.scan(store, prefix, options.layout()), options, listener);
    }

    /**
     * Audits files that are listed already.
     *
     * @param place what was listed, for the report
     */
    public static LandingZoneReport run(
            ObjectStore store, String place, RawListing listing, AuditOptions options, AuditListener listener) {
        requireNonNull(listener, "listener");
        Progress progress = new Progress(listener, listing, options);
        List<TableAudit> tables = new ArrayList<>();
        List<SettingsEvidence> evidence = new ArrayList<>();
        for (Map.Entry<TableId, List<RawFile>> entry : listing.tables().entrySet()) {
            TableAuditor auditor = new TableAuditor(store, entry.getKey(), entry.getValue(), options, progress);
            tables.add(auditor.audit());
            evidence.add(auditor.evidence());
        }

        List<Finding> findings = new ArrayList<>(listing.findings());
        if (!listing.transactions().isEmpty()) {
            findings.add(Finding.info(
                    "TRANSACTION_FILES",
                    listing.transactions().get(0).key(),
                    listing.transactions().size()
                            + " transaction files hold the changes of many tables; their rows were not read.",
                    "Nothing to do: PreserveTransactions writes them."));
        }
        if (listing.files() == 0) {
            findings.add(Finding.warning(
                    "NO_FILES",
                    place.isEmpty() ? "/" : place,
                    "There is no file named as DMS names its files in a folder schema/table.",
                    "Check the place; give the layout or the table if the folders do not tell."));
        }
        return new LandingZoneReport(
                store.description() + (place.isEmpty() ? "" : "/" + place),
                tables,
                listing.transactions().size(),
                listing.controls(),
                listing.foreign(),
                SettingsEvidence.conclude(evidence, !listing.transactions().isEmpty()),
                findings);
    }
}
