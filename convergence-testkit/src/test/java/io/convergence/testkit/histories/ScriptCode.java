package io.convergence.testkit.histories;

import io.convergence.testkit.histories.History.Batch;
import io.convergence.testkit.histories.History.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Prints a history as the code of a {@code DmsScript}, each change with the number by which its delivery names it. */
final class ScriptCode implements Teller {
    private final List<String> lines = new ArrayList<>();
    private final SortedMap<Long, Source.Row> rows = new TreeMap<>();
    private String indent = "    ";
    private boolean columnAdded;
    private String nameOfA = "a";

    private ScriptCode() {}

    static String of(History history) {
        var code = new ScriptCode();
        Source.tell(history.steps(), code);
        var text = new StringBuilder();
        text.append("// public.t (id int8, a wstring(40), b int4, big nclob), key id; ")
                .append(history.wholeImages() ? "RowImages.FULL" : "RowImages.KEY_ONLY")
                .append(", keys unique ")
                .append(history.uniqueness());
        if (history.delivery().isEmpty() && !Histories.isSequenced(history.seed())) {
            text.append("; files have no change sequence, and their task is stopped for ")
                    .append(FileLake.STOPPED.toMinutes())
                    .append(" minutes before it writes again");
        }
        if (history.retention() > 0) {
            text.append(", tombstones kept for ").append(history.retention()).append(" commits");
        }
        text.append("\nDmsScript.of(spec)\n");
        code.lines.forEach(line -> text.append(line).append('\n'));
        int number = 0;
        for (Batch batch : history.delivery()) {
            text.append("// merge ").append(++number).append(batch.settled() ? " (settled" : " (newest held");
            text.append(batch.crash() ? ", after a crash) of" : ") of");
            for (Piece piece : batch.pieces()) {
                text.append(' ').append(piece.no());
                text.append(piece.part() > 0 ? "." + piece.part() : "");
                text.append(piece.again() ? " again" : "");
            }
            text.append('\n');
        }
        if (!history.delivery().isEmpty()) {
            text.append("// merge ").append(number + 1).append(" (settled) of the rest\n");
        }
        return text.toString();
    }

    private void line(String code) {
        lines.add(indent + code);
    }

    private void line(int no, String code) {
        line(code + " // " + no);
    }

    private String cells(long id, Source.Row row) {
        return id + "L, " + quoted(row.a()) + ", " + row.b() + "L, " + quoted(row.big())
                + (columnAdded ? ", " + quoted(row.added()) : "");
    }

    private static String quoted(@Nullable String text) {
        return text == null ? "null" : '"' + text + '"';
    }

    private String pairs(Source.Row before, Source.Row row, boolean lob) {
        var text = new StringBuilder();
        text.append('"')
                .append(nameOfA)
                .append("\", ")
                .append(quoted(row.a()))
                .append(", \"b\", ")
                .append(row.b())
                .append('L');
        if (lob) {
            text.append(", \"big\", ").append(quoted(row.big()));
        }
        if (columnAdded && !java.util.Objects.equals(before.added(), row.added())) {
            text.append(", \"added\", ").append(quoted(row.added()));
        }
        return text.toString();
    }

    @Override
    public void row(Step.Row step, Source.Row row) {
        rows.put(step.id(), row);
        line(step.no(), ".row(" + cells(step.id(), row) + ")");
    }

    @Override
    public void loadBegins(Step.Load step, boolean first) {
        String form = first ? "" : "ScriptReload." + step.form() + ", ";
        line(step.no(), (first ? ".load(" : ".reload(") + form + "meanwhile -> meanwhile");
        indent += "    ";
    }

    @Override
    public void loadEnds(Step.Load step, SortedMap<Long, Source.Row> all) {
        indent = indent.substring(4);
        String begun = lines.get(lines.size() - 1);
        if (begun.contains("meanwhile -> meanwhile")) {
            lines.set(
                    lines.size() - 1,
                    begun.replace(", meanwhile -> meanwhile", ")").replace("meanwhile -> meanwhile", ")"));
        } else {
            line(")");
        }
    }

    @Override
    public void insert(Step.Insert step, Source.Row row) {
        rows.put(step.id(), row);
        line(step.no(), ".insert(" + cells(step.id(), row) + ")");
    }

    @Override
    public void update(Step.Update step, Source.Row row) {
        Source.Row before = java.util.Objects.requireNonNull(rows.put(step.id(), row));
        line(step.no(), ".update(" + step.id() + "L, " + pairs(before, row, step.lob()) + ")");
    }

    @Override
    public void delete(Step.Delete step, Source.Row row) {
        rows.remove(step.id());
        line(step.no(), ".delete(" + step.id() + "L)");
    }

    @Override
    public void move(Step.Move step, Source.Row before, Source.Row row) {
        rows.remove(step.id());
        rows.put(step.to(), row);
        String others = step.value() == 0 ? "" : ", " + pairs(before, row, step.lob());
        line(step.no(), ".update(" + step.id() + "L, \"id\", " + step.to() + "L" + others + ")");
    }

    @Override
    public void swap(Step.Swap step, Source.Row ofOne, Source.Row ofOther) {
        rows.put(step.one(), ofOther);
        rows.put(step.other(), ofOne);
        line(step.no(), ".swapKeys(" + step.one() + "L, " + step.other() + "L)");
    }

    @Override
    public void twins(Step.SwapTwins step, Source.Row one, Source.Row other) {
        line(step.no(), ".update(" + step.one() + "L, " + pairs(one, one, true) + ")");
        line(step.no(), ".update(" + step.other() + "L, " + pairs(other, other, true) + ").commit()");
        line(step.no(), ".swapKeys(" + step.one() + "L, " + step.other() + "L)");
    }

    @Override
    public void commit(int no, SortedMap<Long, Source.Row> all) {
        line(".commit()");
    }

    @Override
    public void flush(int no) {
        line(".flush()");
    }

    @Override
    public void hurry() {
        line("// the next transaction commits a millisecond later, in the same hundredth of a second");
    }

    @Override
    public void newRun(int no) {
        line(".restart()");
    }

    @Override
    public void replay(Step.Replay step) {
        line(step.no(), ".restart(ScriptReplay." + step.form() + ", " + step.changes() + ")");
    }

    @Override
    public void addColumn(int no) {
        columnAdded = true;
        line(".addColumn(SourceColumn.nullable(\"added\", DataType.wstring(20)))");
    }

    @Override
    public void dropColumn(int no) {
        columnAdded = false;
        rows.replaceAll((id, row) -> row.withAdded(null));
        line(".dropColumn(\"added\")");
    }

    @Override
    public void addDefault(Step.AddDefault step, String standing) {
        columnAdded = true;
        rows.replaceAll((id, row) -> row.withAdded(standing));
        line(".addColumn(added, \"" + standing + "\") // with a default, " + declared(step.declared()));
    }

    @Override
    public void rename(Step.Rename step) {
        nameOfA = FileLake.RENAMED;
        line(".renameColumn(\"a\", \"" + nameOfA + "\") // " + declared(step.declared()));
    }

    @Override
    public void truncate(Step.Truncate step) {
        rows.clear();
        line(".truncate().restart() // after a merge, " + declared(step.declared()));
    }

    private static String declared(boolean declared) {
        return declared ? "and declared" : "and not declared";
    }

    @Override
    public void halfLoad(int no) {
        line("// while the next load goes on: merge");
    }

    @Override
    public void mergeCut(int no) {
        line("// merge, while the transaction goes on");
    }

    @Override
    public void widen(int no) {
        line(".widenColumn(\"b\", DataType.numeric(12, 2))");
    }

    @Override
    public void clockBack(Step.ClockBack step) {
        line(".stepClockBack(Duration.ofSeconds(" + step.seconds() + "))");
    }

    @Override
    public void loadTwice(Step.LoadTwice step) {
        line(step.no(), "// the load reads key " + step.id() + " twice, with different cells");
    }

    @Override
    public void forge(Step.Forge step) {
        line(step.no(), "// another change with the sequence of the one before");
    }

    @Override
    public void pause(Step.Pause step) {
        line(".pause(Duration.ofMinutes(" + step.minutes() + "))");
    }

    @Override
    public void lateFile(int no) {
        line(".lateFile()");
    }

    @Override
    public void arrive(int no) {
        if (no != Integer.MAX_VALUE) {
            line(".arrive()");
        }
    }

    @Override
    public void merge(Step.Merge step) {
        line("// merge" + (step.crashAt() > 0 ? ", after a process that died at request " + step.crashAt() : ""));
    }

    @Override
    public void compact(Step.Compact step) {
        line("// compact" + (step.crashAt() > 0 ? ", after a process that died at request " + step.crashAt() : ""));
    }
}
