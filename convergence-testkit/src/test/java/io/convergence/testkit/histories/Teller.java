package io.convergence.testkit.histories;

import java.util.SortedMap;

/** Hears what really happens in a history: steps that apply, with the source's rows. Whoever does not care for a step leaves it. */
interface Teller {
    default void row(Step.Row step, Source.Row row) {}

    default void loadBegins(Step.Load step, boolean first) {}

    /** @param rows as the load read them */
    default void loadEnds(Step.Load step, SortedMap<Long, Source.Row> rows) {}

    default void insert(Step.Insert step, Source.Row row) {}

    default void update(Step.Update step, Source.Row row) {}

    default void delete(Step.Delete step, Source.Row row) {}

    default void move(Step.Move step, Source.Row before, Source.Row row) {}

    default void swap(Step.Swap step, Source.Row ofOne, Source.Row ofOther) {}

    default void commit(int no, SortedMap<Long, Source.Row> rows) {}

    default void flush(int no) {}

    default void newRun(int no) {}

    default void replay(Step.Replay step) {}

    default void addColumn(int no) {}

    default void widen(int no) {}

    default void dropColumn(int no) {}

    /** @param standing what the rows there are hold in it */
    default void addDefault(Step.AddDefault step, String standing) {}

    default void rename(Step.Rename step) {}

    default void truncate(Step.Truncate step) {}

    default void halfLoad(int no) {}

    default void mergeCut(int no) {}

    default void clockBack(Step.ClockBack step) {}

    default void hurry() {}

    /** Two rows alike but for their large objects; a swap of their keys follows. */
    default void twins(Step.SwapTwins step, Source.Row one, Source.Row other) {}

    default void loadTwice(Step.LoadTwice step) {}

    default void forge(Step.Forge step) {}

    default void pause(Step.Pause step) {}

    default void lateFile(int no) {}

    default void arrive(int no) {}

    default void merge(Step.Merge step) {}

    default void compact(Step.Compact step) {}
}
