package io.convergence.audit;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.raw.RawFormat;
import io.convergence.raw.TableTimeline;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an audit found of one table. Immutable; thread-safe.
 *
 * @param loadFiles files of the full load, leftovers among them
 * @param formats files by format
 * @param dateFolders files of changes by the form of their date folders, e.g. {@code YYYYMMDD SLASH}, {@code none}
 * @param segments names of the segments of a parallel load; empty for none
 * @param filesAfterCompaction files there would be if files below 128 MB were joined to such of 256 MB
 * @param state whether the files' place in the table's history is certain
 * @param generation names the load, see {@link io.convergence.raw.FileContext#generation}
 * @param runs starts of the stretches between two restarts of the change counter
 * @param leftovers LOAD files an earlier load left behind
 * @param beforeLoad files of changes older than the load
 * @param medianGap between files of changes that follow each other; zero with fewer than two
 * @param longestGaps the longest, longest first
 * @param runStarts where replays were looked for
 * @param columns DMS's own columns as declared or recognised
 * @param rows what the rows read told, all files together; null if none was read. Its sequence range spans files, so
 *     only {@code findings} say whether it rises
 * @param schemas the table's columns over time, oldest first, LOAD files before those of changes
 * @param arrival files of changes over time
 * @param coverage what was read
 * @param findings in the order they were found
 */
public record TableAudit(
        TableId table,
        long loadFiles,
        long loadBytes,
        long changeFiles,
        long changeBytes,
        Map<RawFormat, Long> formats,
        Map<String, Long> dateFolders,
        List<String> segments,
        SizeStatistics sizes,
        long filesAfterCompaction,
        TableTimeline.State state,
        Instant generation,
        @Nullable Instant loadStart,
        List<Instant> runs,
        long leftovers,
        long beforeLoad,
        Duration medianGap,
        List<Gap> longestGaps,
        List<RunStart> runStarts,
        DmsColumns columns,
        @Nullable RowFacts rows,
        List<SchemaVersion> schemas,
        Arrival arrival,
        Coverage coverage,
        List<Finding> findings) {
    /**
     * What of a table's files was read.
     *
     * @param footers files whose footer was read
     * @param rowFiles files whose rows were read, up to the limit of rows
     * @param rows rows read of them
     * @param unreadable files that could not be read at all; they are among the findings
     * @param notRead files left out by the limits of the options
     */
    public record Coverage(long files, long footers, long rowFiles, long rows, long unreadable, long notRead) {}

    public TableAudit {
        requireNonNull(table, "table");
        formats = Collections.unmodifiableMap(new LinkedHashMap<>(formats));
        dateFolders = Collections.unmodifiableMap(new LinkedHashMap<>(dateFolders));
        segments = List.copyOf(segments);
        runs = List.copyOf(runs);
        longestGaps = List.copyOf(longestGaps);
        runStarts = List.copyOf(runStarts);
        schemas = List.copyOf(schemas);
        findings = List.copyOf(findings);
    }

    public Optional<Instant> startOfLoad() {
        return Optional.ofNullable(loadStart);
    }

    public Optional<RowFacts> rowFacts() {
        return Optional.ofNullable(rows);
    }
}
