package io.convergence.testkit.dms;

import io.convergence.source.SourceColumn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a script's random part, by its own steps only. */
final class ScriptPlay {
    private static final int TRIES = 100;
    private static final int MOST_REPLAYED = 8;

    private final DmsScript script;
    private final Random random;
    private final Set<ScriptHappening> happenings;
    private final RandomValues values;
    private final List<Object> deleted = new ArrayList<>();
    private boolean fileIsLate;

    ScriptPlay(DmsScript script, Random random, Set<ScriptHappening> happenings) {
        this.script = script;
        this.random = random;
        this.happenings = happenings;
        this.values = new RandomValues(random);
    }

    void play(int transactions) {
        for (int i = 0; i < transactions; i++) {
            if (!script.loading() && random.nextInt(5) == 0) {
                between();
            }
            transaction();
        }
        if (!script.loading()) {
            script.flush().arrive();
        }
    }

    private boolean may(ScriptHappening happening, int oneIn) {
        return happenings.contains(happening) && random.nextInt(oneIn) == 0;
    }

    /** One thing that happens between transactions. */
    private void between() {
        List<ScriptHappening> possible = happenings.stream().sorted().toList();
        if (possible.isEmpty()) {
            return;
        }

        switch (possible.get(random.nextInt(possible.size()))) {
            case NEW_RUN -> settled().restart();
            case REPLAY_SAME_SEQUENCE -> settled().restart(ScriptReplay.SAME_SEQUENCE, replayed());
            case REPLAY_NEW_SEQUENCE -> settled().restart(ScriptReplay.NEW_SEQUENCE, replayed());
            case LATE_FILE -> {
                if (!fileIsLate) {
                    script.flush().lateFile();
                    change();
                    script.commit().flush();
                    fileIsLate = true;
                }
            }
            case RELOAD_FOLDER_EMPTIED -> reload(ScriptReload.FOLDER_EMPTIED);
            case RELOAD_FILES_KEPT -> reload(ScriptReload.FILES_KEPT);
            case ADD_COLUMN -> withNewColumns(() -> script.addColumn(values.column(false)));
            case ADD_COLUMN_WITH_DEFAULT ->
                withNewColumns(() -> {
                    SourceColumn column = values.column(true);
                    script.addColumn(column, values.of(column.type()));
                });
            case DROP_COLUMN -> droppable().ifPresent(column -> withNewColumns(() -> script.dropColumn(column)));
            case RENAME_COLUMN ->
                renamable()
                        .ifPresent(column -> withNewColumns(() -> {
                            script.renameColumn(column, values.name("renamed_"));
                        }));
            case WIDEN_COLUMN -> widen();
            case CLOCK_STEPS_BACK -> stepClockBack();
            case CUT_TRANSACTION, KEY_CHANGE, KEY_SWAP, REINSERT, LOB_UNCHANGED, LOAD_OVERLAP -> {}
        }
    }

    private int replayed() {
        return 1 + random.nextInt(MOST_REPLAYED);
    }

    private DmsScript settled() {
        fileIsLate = false;
        return script.flush().arrive();
    }

    private void reload(ScriptReload mode) {
        if (table().keys().isEmpty()) {
            return;
        }

        boolean overlap = happenings.contains(ScriptHappening.LOAD_OVERLAP);
        settled().reload(mode, loaded -> {
            for (int i = 0; overlap && i < 2; i++) {
                transaction();
            }
            if (table().keys().isEmpty()) {
                insert();
                script.commit();
            }
        });
    }

    /** A file before and one behind, so that no two changes of columns look like one. */
    private void withNewColumns(Runnable ddl) {
        script.flush();
        ddl.run();
        insert();
        script.commit().flush();
    }

    private void widen() {
        List<SourceColumn> columns = columns(false);
        SourceColumn column = columns.get(random.nextInt(columns.size()));
        values.wider(column.type()).ifPresent(type -> withNewColumns(() -> script.widenColumn(column.name(), type)));
    }

    private void stepClockBack() {
        if (table().keys().isEmpty()) {
            return;
        }

        List<Object> key = anyKey();
        update(key);
        script.commit().stepClockBack(Duration.ofSeconds(2 + random.nextInt(100)));
        update(key);
        script.commit();
    }

    private Optional<String> droppable() {
        List<SourceColumn> columns = columns(false);
        return columns.size() < 3
                ? Optional.empty()
                : Optional.of(columns.get(random.nextInt(columns.size())).name());
    }

    private Optional<String> renamable() {
        List<SourceColumn> columns =
                columns(false).stream().filter(table()::mayBeRenamed).toList();
        return columns.isEmpty()
                ? Optional.empty()
                : Optional.of(columns.get(random.nextInt(columns.size())).name());
    }

    private void transaction() {
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            change();
            if (i < changes - 1 && !script.loading() && may(ScriptHappening.CUT_TRANSACTION, 4)) {
                script.flush();
            }
        }
        script.commit();
        if (!script.loading() && random.nextInt(3) == 0) {
            script.flush();
            if (fileIsLate) {
                settled();
            }
        }
    }

    private void change() {
        int rows = table().keys().size();
        if (rows == 0 || random.nextInt(4) == 0) {
            insert();
        } else if (rows > 1 && may(ScriptHappening.KEY_SWAP, 8)) {
            List<Object> one = anyKey();
            List<Object> other = anyKey();
            if (!one.equals(other)) {
                script.swapKeys(one, other);
            } else {
                update(one);
            }
        } else if (may(ScriptHappening.KEY_CHANGE, 6)) {
            changeKey(anyKey());
        } else if (random.nextInt(5) == 0) {
            delete(anyKey());
        } else {
            update(anyKey());
        }
    }

    private ScriptTable table() {
        return script.table();
    }

    private List<SourceColumn> columns(boolean key) {
        return table().source().columns().stream()
                .filter(column -> table().source().primaryKey().contains(column.name()) == key)
                .toList();
    }

    private List<Object> anyKey() {
        List<List<Object>> keys = table().keys();
        return keys.get(random.nextInt(keys.size()));
    }

    private List<Object> newKey() {
        for (int i = 0; i < TRIES; i++) {
            List<Object> key = columns(true).stream()
                    .map(column -> values.of(column.type()))
                    .toList();
            if (!table().has(key)) {
                return key;
            }
        }
        throw new IllegalStateException(
                "Cannot find a free key of " + table().source().id() + " by chance: its columns hold too few values.");
    }

    private void insert() {
        List<Object> key = newKey();
        if (!deleted.isEmpty() && random.nextBoolean()) {
            List<Object> again = table().key(deleted.remove(random.nextInt(deleted.size())));
            key = table().has(again) ? key : again;
        }
        insert(key);
    }

    private void insert(List<Object> key) {
        List<SourceColumn> columns = table().source().columns();
        @Nullable Object[] row = new @Nullable Object[columns.size()];
        for (int i = 0; i < row.length; i++) {
            SourceColumn column = columns.get(i);
            int place = table().source().primaryKey().indexOf(column.name());
            boolean empty = column.nullable() && random.nextInt(6) == 0;
            row[i] = place >= 0 ? key.get(place) : empty ? null : values.of(column.type());
        }
        script.insert(row);
    }

    private void delete(List<Object> key) {
        script.delete(key);
        deleted.add(key);
        if (may(ScriptHappening.REINSERT, 3)) {
            insert(key);
        }
    }

    private void changeKey(List<Object> key) {
        List<Object> now = newKey();
        List<@Nullable Object> pairs = new ArrayList<>();
        List<String> names = table().source().primaryKey();
        for (int i = 0; i < names.size(); i++) {
            pairs.add(names.get(i));
            pairs.add(now.get(i));
        }
        script.update(key, pairs.toArray());
    }

    private void update(List<Object> key) {
        List<@Nullable Object> pairs = new ArrayList<>();
        for (SourceColumn column : columns(false)) {
            boolean lob = ScriptValues.isLob(column.type());
            boolean mayKeep = !lob || happenings.contains(ScriptHappening.LOB_UNCHANGED);
            boolean kept = mayKeep && random.nextBoolean();
            if (!kept) {
                boolean empty = column.nullable() && random.nextInt(6) == 0 && script.tellsNull(column.name());
                pairs.add(column.name());
                pairs.add(empty ? null : values.of(column.type()));
            }
        }
        script.update(key, pairs.toArray());
    }
}
