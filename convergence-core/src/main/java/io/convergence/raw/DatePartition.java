package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * The date folders a file of changes lies in ({@code DatePartitionEnabled}).
 *
 * @param folder as in the key, e.g. {@code 2026/03/01}
 * @param start first instant of the day, hour or month that the folders name
 * @param end first instant after it
 */
public record DatePartition(String folder, Instant start, Instant end) {
    private static final List<DateFolders> FORMS = DateFolders.all();

    public DatePartition {
        requireNonNull(folder, "folder");
        requireNonNull(start, "start");
        requireNonNull(end, "end");
    }

    private record Match(String folder, DateFolders form, LocalDateTime start, boolean ofName) {}

    /**
     * Finds the date folders in a file's key, of whatever form DMS can be set to; empty if it lies in none. Their zone is
     * the one that the file's name and its instant tell.
     */
    public static Optional<DatePartition> of(RawFile.Changes file) {
        int slash = file.key().lastIndexOf('/');
        if (slash < 0
                || !(RawFileName.parse(file.key().substring(slash + 1)) instanceof RawFileName.Cdc name)
                || !(file instanceof RawFile.Cdc)) {
            return Optional.empty();
        }

        String[] folders = file.key().substring(0, slash).split("/", -1);
        Match best = null;
        for (DateFolders form : FORMS) {
            if (folders.length < form.depth()) {
                continue;
            }

            String path = String.join("/", List.of(folders).subList(folders.length - form.depth(), folders.length));
            Optional<LocalDateTime> start = form.parse(path);
            if (start.isPresent()) {
                LocalDateTime from = start.get();
                boolean ofName = !name.local().isBefore(from) && name.local().isBefore(form.end(from));
                // Digits alone may be read as several dates: 10112022.
                if (best == null
                        || (ofName && !best.ofName())
                        || (ofName == best.ofName()
                                && path.length() > best.folder().length())) {
                    best = new Match(path, form, from, ofName);
                }
            }
        }
        if (best == null) {
            return Optional.empty();
        }

        long offset =
                name.local().toEpochSecond(ZoneOffset.UTC) - file.instant().getEpochSecond();
        return Optional.of(new DatePartition(
                best.folder(),
                best.start().toInstant(ZoneOffset.UTC).minusSeconds(offset),
                best.form().end(best.start()).toInstant(ZoneOffset.UTC).minusSeconds(offset)));
    }
}
