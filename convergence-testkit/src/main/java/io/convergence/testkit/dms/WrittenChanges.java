package io.convergence.testkit.dms;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The files of changes of a table since its load, by what the source logged, to tell where a reader must wait (rule S3). Rows that a
 * transaction writes twice, as deletes of their key alone are, cannot be told from a task that writes the first of them again.
 */
final class WrittenChanges {
    private static final int TIME_DIGITS = 16;

    private final boolean sequenced;
    private final List<List<ScriptChange>> files = new ArrayList<>();
    private List<ScriptChange> buffered = new ArrayList<>();

    /** @param sequenced whether files have the change sequence */
    WrittenChanges(boolean sequenced) {
        this.sequenced = sequenced;
    }

    void buffered(ScriptChange change) {
        buffered.add(change);
    }

    void flushed() {
        if (!buffered.isEmpty()) {
            files.add(buffered);
            buffered = new ArrayList<>();
        }
    }

    /** The table is loaded anew. */
    void forget() {
        files.clear();
        buffered.clear();
    }

    /**
     * A file behind a restart that goes on with the transaction its run began with, and in which all rows that were
     * written so far repeat rows of it, but not the last ones. What comes next tells it from a replay.
     */
    Optional<String> repetition() {
        int run = 0;
        for (int i = 1; i < files.size(); i++) {
            if (sequenced && counter(first(i)).compareTo(counter(last(i - 1))) <= 0) {
                run = i;
            }
            boolean mayBeReplay = !sequenced || (run > 0 && i > run && time(i).equals(time(run)));
            if (mayBeReplay && time(i).equals(first(i - 1).commitTime())) {
                List<ScriptChange> head = flat(files.subList(i, files.size()));
                List<ScriptChange> before = flat(files.subList(0, i));
                if (liesWithin(head, before)) {
                    return Optional.of(head.size() + " changes of the transaction at " + time(i)
                            + " repeat earlier ones of it, cut from them, and nothing came behind them");
                }
            }
        }
        return Optional.empty();
    }

    private ScriptChange first(int file) {
        return files.get(file).get(0);
    }

    private ScriptChange last(int file) {
        return files.get(file).get(files.get(file).size() - 1);
    }

    private Instant time(int file) {
        return first(file).commitTime();
    }

    private static String counter(ScriptChange change) {
        return change.sequence().substring(TIME_DIGITS);
    }

    private static List<ScriptChange> flat(List<List<ScriptChange>> some) {
        return some.stream().flatMap(List::stream).toList();
    }

    /** Whether all of it follow each other somewhere, and nowhere at the end: that would be a replay that is over. */
    private static boolean liesWithin(List<ScriptChange> head, List<ScriptChange> before) {
        int last = before.size() - head.size();
        boolean within = false;
        for (int at = 0; at < last; at++) {
            within |= same(head, before.subList(at, at + head.size()));
        }
        return within && !same(head, before.subList(last, before.size()));
    }

    private static boolean same(List<ScriptChange> some, List<ScriptChange> others) {
        for (int i = 0; i < some.size(); i++) {
            ScriptChange one = some.get(i);
            ScriptChange other = others.get(i);
            boolean equal = one.operation() == other.operation()
                    && one.transaction() == other.transaction()
                    && Arrays.deepEquals(
                            one.withSequence("").cells(), other.withSequence("").cells());
            if (!equal) {
                return false;
            }
        }
        return true;
    }
}
