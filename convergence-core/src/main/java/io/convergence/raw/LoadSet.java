package io.convergence.raw;

import io.convergence.Finding;
import io.convergence.TableId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The LOAD files that make up a table's newest load, told from those an earlier load left behind (rule S5). */
final class LoadSet {
    /** A LOAD file and its evidence. */
    record Member(RawFile.Load file, TimelineFile source) {
        Instant stored() {
            return file.stat().lastModified();
        }
    }

    private final TableId table;
    private final boolean arrivalTimes;
    private final boolean storageTimesMean;
    private final List<Member> members = new ArrayList<>();
    private final List<Member> leftovers = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private boolean held;

    /**
     * @param arrivalTimes timestamps in LOAD rows are arrival times
     * @param storageTimesMean nothing speaks against last-modified times being those of DMS's uploads
     */
    LoadSet(TableId table, List<Member> files, boolean arrivalTimes, boolean storageTimesMean) {
        this.table = table;
        this.arrivalTimes = arrivalTimes;
        this.storageTimesMean = storageTimesMean;
        Map<String, List<Member>> segments = new TreeMap<>();
        for (Member file : files) {
            segments.computeIfAbsent(file.file().segment(), segment -> new ArrayList<>())
                    .add(file);
        }

        if (segments.size() > 1 && segments.containsKey("")) {
            hold(
                    "LOAD_LAYOUT_MIXED",
                    "There are load files with segments "
                            + segments.keySet().stream()
                                    .filter(name -> !name.isEmpty())
                                    .toList() + " and others without; they come from different loads.",
                    "Delete the files of the earlier load.");
        }
        if (isCounterShared(segments, files)) {
            addShared(files);
        } else {
            segments.forEach(this::addSegment);
        }
        members.sort(Comparator.comparing((Member member) -> member.file().segment())
                .thenComparingLong(member -> member.file().number()));
    }

    List<Member> members() {
        return members;
    }

    List<Member> leftovers() {
        return leftovers;
    }

    List<Finding> findings() {
        return findings;
    }

    boolean held() {
        return held;
    }

    /** The last-modified time of the first LOAD file, which names the generation. */
    Instant firstStored() {
        long lowest = members.stream()
                .mapToLong(member -> member.file().number())
                .min()
                .orElseThrow();
        return members.stream()
                .filter(member -> member.file().number() == lowest)
                .map(Member::stored)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** DMS's guide shows {@code SEGMENTn_LOAD} files both with one counter and with one each; one counter shows by its numbers. */
    private static boolean isCounterShared(Map<String, List<Member>> segments, List<Member> files) {
        boolean named =
                segments.size() > 1 && segments.keySet().stream().allMatch(segment -> segment.matches("SEGMENT\\d+"));
        if (!named) {
            return false;
        }

        long withFirst =
                files.stream().filter(file -> file.file().number() == 1).count();
        return withFirst == 1 && segments.size() > withFirst;
    }

    private void addShared(List<Member> files) {
        Member first = files.stream()
                .filter(file -> file.file().number() == 1)
                .findFirst()
                .orElseThrow();
        for (Member file : files) {
            if (file != first && isOlder(file, first)) {
                hold(
                        "LOAD_SET_UNCLEAR",
                        "Load file '" + file.file().key() + "' is older than the set's first '"
                                + first.file().key()
                                + "', but segments are loaded side by side, so it may belong to this load or to an earlier one.",
                        "Delete it if it is of an earlier load, or reload the table.");
            }
        }
        members.addAll(files);
        checkNumbers("", files);
    }

    private void addSegment(String segment, List<Member> files) {
        Member first = null;
        for (Member file : files) {
            if (file.file().number() == 1 && (first == null || isOlder(first, file))) {
                first = file;
            }
        }
        if (first == null) {
            members.addAll(files);
            checkNumbers(segment, files);
            return;
        }

        List<Member> kept = new ArrayList<>();
        for (Member file : files) {
            if (file == first || !isOlder(file, first)) {
                kept.add(file);
                continue;
            }

            leftovers.add(file);
            if (!hasArrivalTimes(file, first) && !storageTimesMean) {
                hold(
                        "LOAD_SET_UNCLEAR",
                        "Load file '" + file.file().key() + "' was stored before the set's first '"
                                + first.file().key()
                                + "', but last-modified times here are not those of DMS's uploads (the objects look copied), so it may belong to this load or to an earlier one.",
                        "Delete it if it is of an earlier load, or use a task with a timestamp column, whose arrival times tell.");
            } else {
                findings.add(Finding.warning(
                        "LOAD_LEFTOVER",
                        file.file().key(),
                        "The load file is older than the first file of its set, '"
                                + first.file().key() + "': an earlier load left it behind. It is not read.",
                        "Delete it; TargetTablePrepMode other than DO_NOTHING prevents leftovers."));
            }
        }
        members.addAll(kept);
        checkNumbers(segment, kept);
    }

    private void checkNumbers(String segment, List<Member> files) {
        Set<Long> numbers = new HashSet<>();
        long largest = 0;
        for (Member file : files) {
            long number = file.file().number();
            largest = Math.max(largest, number);
            if (!numbers.add(number)) {
                hold(
                        "LOAD_FILE_TWICE",
                        "Load file number " + number + in(segment) + " exists under two names, the second is '"
                                + file.file().key() + "'.",
                        "Delete the one that is not of the newest load.");
            }
        }

        long missing = largest - numbers.size();
        if (missing > 0) {
            long example = 1;
            while (numbers.contains(example)) {
                example++;
            }
            hold(
                    "LOAD_FILE_MISSING",
                    missing + " of " + largest + " load files" + in(segment) + " are missing, the first is number "
                            + example + " (LOAD" + String.format(java.util.Locale.ROOT, "%08X", example) + ").",
                    "Wait if the load is still being written; otherwise restore the files or reload the table.");
        }
    }

    private boolean isOlder(Member file, Member first) {
        Instant arrival = arrival(file);
        Instant firstArrival = arrival(first);
        return arrival != null && firstArrival != null
                ? arrival.isBefore(firstArrival)
                : file.stored().isBefore(first.stored());
    }

    private boolean hasArrivalTimes(Member one, Member other) {
        return arrival(one) != null && arrival(other) != null;
    }

    private @Nullable Instant arrival(Member member) {
        return arrivalTimes ? member.source().evidence().smallestTime() : null;
    }

    private void hold(String code, String message, String fix) {
        held = true;
        findings.add(Finding.error(code, table.toString(), message, fix));
    }

    private static String in(String segment) {
        return segment.isEmpty() ? "" : " of segment '" + segment + "'";
    }
}
