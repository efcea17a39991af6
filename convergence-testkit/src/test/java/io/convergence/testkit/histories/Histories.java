package io.convergence.testkit.histories;

import io.convergence.change.Operation;
import io.convergence.merge.KeyUniqueness;
import io.convergence.testkit.dms.ScriptReload;
import io.convergence.testkit.dms.ScriptReplay;
import io.convergence.testkit.histories.History.Batch;
import io.convergence.testkit.histories.History.Piece;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Draws histories for the pure merge. The same seed draws the same one. */
final class Histories {
    private static final int MOST_TRANSACTIONS = 9;
    private static final int MOST_FILED_TRANSACTIONS = 7;
    private static final int MOST_CHANGES = 4;

    private static final List<Plant> OF_CHANGES = List.of(Plant.CLOCK, Plant.TWINS, Plant.LOAD_TWICE, Plant.FORGED);
    private static final List<Plant> OF_FILES_WITHOUT_NAMES =
            List.of(Plant.CLOCK, Plant.TWINS, Plant.TRUNCATE_UNDECLARED);
    private static final List<Plant> OF_FILES = List.of(
            Plant.CLOCK, Plant.TWINS, Plant.DEFAULT_UNDECLARED, Plant.RENAME_UNDECLARED, Plant.TRUNCATE_UNDECLARED);

    private final long seed;
    private final Random random;
    private final List<Step> steps = new ArrayList<>();
    private final Form form;
    private final int keys;
    private final KeyUniqueness uniqueness;
    private final boolean moves;
    private final boolean swaps;
    private final @Nullable Plant plant;
    private final boolean truncates;
    private int number;

    private enum Form {
        PURE,
        FILES
    }

    /** What is planted so that the table must stop. */
    private enum Plant {
        CLOCK("ORDER_DISPUTED"),
        TWINS("KEY_COLLISION"),
        LOAD_TWICE("LOAD_KEY_TWICE"),
        FORGED("ORDER_DISPUTED"),
        DEFAULT_UNDECLARED("COLUMN_DEFAULT_UNKNOWN"),
        RENAME_UNDECLARED("RENAME_SUSPECTED"),
        TRUNCATE_UNDECLARED("RAW_FILE_VANISHED");

        private final String code;

        Plant(String code) {
            this.code = code;
        }
    }

    /** @param draw 0 for the first history of a seed */
    private Histories(long seed, Form form, int draw) {
        this.seed = seed;
        this.form = form;
        // Neighbouring seeds give neighbouring first numbers.
        random = new Random(seed * 0x9E3779B97F4A7C15L + draw);
        keys = 2 + random.nextInt(6);
        List<Plant> plants = form == Form.PURE ? OF_CHANGES : isCsv(seed) ? OF_FILES_WITHOUT_NAMES : OF_FILES;
        plant = random.nextInt(form == Form.PURE ? 12 : 8) == 0 ? plants.get(random.nextInt(plants.size())) : null;
        truncates = form == Form.FILES && plant == null && random.nextInt(10) == 0;
        boolean deferred = plant == Plant.TWINS || random.nextBoolean();
        uniqueness = deferred ? KeyUniqueness.AT_COMMIT : KeyUniqueness.AT_EACH_STATEMENT;
        moves = random.nextInt(3) > 0;
        swaps = uniqueness == KeyUniqueness.AT_COMMIT && random.nextBoolean();
    }

    /** Changes delivered one by one. */
    static History draw(long seed) {
        return new Histories(seed, Form.PURE, 0).history();
    }

    /** A script of files, with what the pipeline does meanwhile. */
    static History drawFiles(long seed) {
        for (int draw = 0; ; draw++) {
            History drawn = new Histories(seed, Form.FILES, draw).history();
            if (!loadsNothing(drawn)) {
                return drawn;
            }
        }
    }

    /** DMS writes no file of a load without rows: such a table waits for FullLoadRows, which no script has. */
    private static boolean loadsNothing(History history) {
        var empty = new AtomicBoolean();
        Source.tell(history.steps(), new Teller() {
            @Override
            public void loadEnds(Step.Load step, SortedMap<Long, Source.Row> rows) {
                if (rows.isEmpty()) {
                    empty.set(true);
                }
            }
        });
        return empty.get();
    }

    /** Rows of CSV files tell their columns by their number alone, so columns do not change there without a declaration. */
    static boolean isCsv(long seed) {
        return seed % 5 == 0;
    }

    /** A quarter of the histories of files has no change sequence: names of files tell the order (rule S1), and rows alone a replay (S3). */
    static boolean isSequenced(long seed) {
        return seed % 4 != 3;
    }

    private History history() {
        // Of sources that capture a TRUNCATE.
        boolean wholeImages =
                (plant != Plant.TWINS && random.nextInt(4) == 0) || truncates || plant == Plant.TRUNCATE_UNDECLARED;
        int retention = plant == null && form == Form.PURE && random.nextInt(6) == 0 ? 1 + random.nextInt(3) : 0;
        tellSteps();
        var told = new History(
                seed, wholeImages, uniqueness, retention, steps, List.of(), plant == null ? null : plant.code);
        return told.withDelivery(
                plant != null || form == Form.FILES ? List.of() : delivery(PureLake.tell(told), retention > 0));
    }

    private int next() {
        return ++number;
    }

    private int value() {
        return 10 + number * 7 + random.nextInt(7);
    }

    private long key() {
        return 1 + random.nextInt(keys);
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    private void tellSteps() {
        for (long id = 1; id <= keys; id++) {
            if (random.nextBoolean()) {
                steps.add(new Step.Row(next(), id, value()));
            }
        }
        if (form == Form.FILES) {
            steps.add(new Step.Row(next(), keys + 1L, value()));
        }
        if (plant == Plant.LOAD_TWICE) {
            steps.add(new Step.Row(next(), 1, value()));
            steps.add(new Step.LoadTwice(next(), 1));
        }
        load(plant != Plant.LOAD_TWICE && oneIn(3));
        int transactions = 1 + random.nextInt(form == Form.PURE ? MOST_TRANSACTIONS : MOST_FILED_TRANSACTIONS);
        int reloads = oneIn(4) && plant == null ? 1 + random.nextInt(2) : 0;
        for (int i = 0; i < transactions; i++) {
            between();
            if (reloads > 0 && oneIn(4)) {
                reloads--;
                load(random.nextBoolean());
            }
            transaction();
        }
        if (plant != null) {
            plant(plant);
        }
    }

    private void load(boolean overlaps) {
        if (form == Form.FILES && oneIn(3)) {
            steps.add(new Step.HalfLoad(next()));
        }
        int meanwhile = overlaps ? 1 + random.nextInt(6) : 0;
        steps.add(new Step.Load(next(), meanwhile, oneIn(2) ? ScriptReload.FILES_KEPT : ScriptReload.FOLDER_EMPTIED));
        for (int i = 0; i < meanwhile; i++) {
            if (oneIn(4)) {
                steps.add(new Step.Commit(next()));
            } else {
                change(false);
            }
        }
    }

    private void between() {
        if (form == Form.FILES) {
            betweenFiles();
        }
        switch (random.nextInt(12)) {
            case 0 -> steps.add(new Step.NewRun(next()));
            case 1 ->
                steps.add(new Step.Replay(
                        next(),
                        1 + random.nextInt(6),
                        oneIn(4) ? ScriptReplay.SAME_SEQUENCE : ScriptReplay.NEW_SEQUENCE));
            case 2 -> ddl(new Step.AddColumn(next()));
            case 3 -> ddl(new Step.Widen(next()));
            case 4, 5 -> steps.add(new Step.Flush(next()));
            case 6 -> ddl(new Step.DropColumn(next()));
            default -> {}
        }
        if (oneIn(3)) {
            steps.add(new Step.Hurry(next()));
        }
    }

    private void ddl(Step step) {
        boolean columns = form == Form.PURE || !isCsv(seed);
        boolean leftToThePlant = plant == Plant.RENAME_UNDECLARED
                ? step instanceof Step.Rename
                : plant == Plant.DEFAULT_UNDECLARED && !(step instanceof Step.Widen);
        if (columns && !leftToThePlant) {
            steps.add(step);
        }
    }

    private void betweenFiles() {
        switch (random.nextInt(8)) {
            case 0, 1 -> steps.add(new Step.Merge(next(), crash()));
            case 2 -> steps.add(new Step.Compact(next(), crash()));
            case 3 -> {
                steps.add(new Step.Flush(next()));
                steps.add(new Step.LateFile(next()));
            }
            case 4 -> steps.add(new Step.Arrive(next()));
            case 5 -> steps.add(new Step.Pause(next(), 1 + random.nextInt(50)));
            case 6 -> happening();
            default -> {}
        }
    }

    private void happening() {
        switch (random.nextInt(4)) {
            case 0 -> ddl(new Step.DropColumn(next()));
            case 1 -> ddl(new Step.AddDefault(next(), true));
            case 2 -> ddl(new Step.Rename(next(), true));
            default -> {
                if (truncates) {
                    steps.add(new Step.Truncate(next(), true));
                }
            }
        }
    }

    private int crash() {
        return oneIn(3) ? 1 + random.nextInt(30) : 0;
    }

    private void transaction() {
        int changes = 1 + random.nextInt(MOST_CHANGES);
        for (int i = 0; i < changes; i++) {
            change(swaps);
            if (oneIn(6)) {
                steps.add(new Step.Flush(next()));
            }
            if (form == Form.FILES && oneIn(16)) {
                steps.add(new Step.MergeCut(next()));
            }
        }
        steps.add(new Step.Commit(next()));
    }

    private void change(boolean mayCollide) {
        switch (random.nextInt(10)) {
            case 0, 1 -> steps.add(new Step.Insert(next(), key(), value()));
            case 2 -> steps.add(new Step.Delete(next(), key()));
            case 3 -> {
                long id = key();
                steps.add(new Step.Delete(next(), id));
                steps.add(new Step.Insert(next(), id, value()));
            }
            case 4, 5 -> {
                if (moves) {
                    steps.add(new Step.Move(next(), key(), key(), oneIn(2) ? value() : 0, oneIn(3)));
                } else {
                    update();
                }
            }
            case 6 -> {
                if (mayCollide) {
                    steps.add(new Step.Swap(next(), key(), key()));
                } else {
                    update();
                }
            }
            default -> update();
        }
    }

    private void update() {
        steps.add(new Step.Update(next(), key(), value(), oneIn(3)));
    }

    private void plant(Plant what) {
        steps.add(new Step.Commit(next()));
        switch (what) {
            case CLOCK -> {
                // Insert or update: one of the two applies.
                steps.add(new Step.Insert(next(), 1, value()));
                steps.add(new Step.Update(next(), 1, value(), true));
                steps.add(new Step.Commit(next()));
                // Without a sequence it shows between files, and beyond what commits at the same moment are apart.
                boolean shows = form == Form.PURE || isSequenced(seed);
                if (!shows) {
                    steps.add(new Step.Flush(next()));
                }
                steps.add(new Step.ClockBack(next(), (shows ? 2 : 4) + random.nextInt(30)));
                steps.add(new Step.Update(next(), 1, value(), true));
            }
            case TWINS -> {
                steps.add(new Step.Insert(next(), 1, value()));
                steps.add(new Step.Insert(next(), 2, value()));
                steps.add(new Step.Commit(next()));
                steps.add(new Step.SwapTwins(next(), 1, 2, value()));
            }
            case FORGED -> {
                steps.add(new Step.Insert(next(), 1, value()));
                steps.add(new Step.Update(next(), 1, value(), true));
                steps.add(new Step.Forge(next()));
            }
            case DEFAULT_UNDECLARED -> unseen(new Step.AddDefault(next(), false));
            case RENAME_UNDECLARED -> unseen(new Step.Rename(next(), false));
            case TRUNCATE_UNDECLARED -> unseen(new Step.Truncate(next(), false));
            case LOAD_TWICE -> {}
        }
        steps.add(new Step.Commit(next()));
    }

    /** What a declaration would have to tell, between files. */
    private void unseen(Step step) {
        steps.add(new Step.Insert(next(), 1, value()));
        steps.add(new Step.Commit(next()));
        steps.add(new Step.Merge(next(), crash()));
        steps.add(step);
        steps.add(new Step.Insert(next(), 1, value()));
        steps.add(new Step.Update(next(), 1, value(), true));
    }

    private List<Batch> delivery(PureTeller told, boolean inOrder) {
        List<Piece> arriving = new ArrayList<>();
        List<Piece> tardy = new ArrayList<>();
        int shuffle = inOrder ? 0 : random.nextInt(4);
        for (PureTeller.Generation generation : told.generations) {
            List<Piece> ofGeneration = new ArrayList<>(generation.loadPieces);
            List<Piece> changes = new ArrayList<>();
            told.made.forEach((piece, made) -> {
                if (made.generation() == generation && !generation.loadPieces.contains(piece)) {
                    changes.add(piece);
                }
            });
            switch (shuffle) {
                case 1 -> {
                    for (int i = 0; i + 1 < changes.size(); i++) {
                        if (oneIn(4)) {
                            Collections.swap(changes, i, i + 1);
                        }
                    }
                }
                case 2 -> Collections.shuffle(changes, random);
                case 3 -> someComeLate(told, changes);
                default -> {}
            }
            ofGeneration.addAll(changes);
            if (shuffle == 2 && oneIn(3)) {
                Collections.shuffle(ofGeneration, random);
            }
            arriving.addAll(tardy);
            tardy.clear();
            if (!inOrder) {
                // Some of it comes only behind the next load.
                ofGeneration.forEach(
                        piece -> (oneIn(12) && !generation.loadPieces.contains(piece) ? tardy : arriving).add(piece));
            } else {
                arriving.addAll(ofGeneration);
            }
        }
        arriving.addAll(tardy);
        List<Batch> batches = new ArrayList<>();
        int from = 0;
        while (from < arriving.size()) {
            int most = shuffle == 3 ? 1 + arriving.size() / 3 : 1 + arriving.size();
            int to = Math.min(arriving.size(), from + 1 + random.nextInt(most));
            List<Piece> batch = new ArrayList<>(arriving.subList(from, to));
            while (oneIn(2) && to > 0) {
                Piece before = arriving.get(random.nextInt(inOrder ? to : arriving.size()));
                batch.add(random.nextInt(batch.size() + 1), new Piece(before.no(), before.part(), true));
            }
            batches.add(new Batch(batch, oneIn(4), oneIn(4)));
            from = to;
        }
        return batches;
    }

    /** Rather inserts than others, so that updates come to rows that are not there yet. */
    private void someComeLate(PureTeller told, List<Piece> changes) {
        for (int late = random.nextInt(4); late >= 0 && changes.size() > 1; late--) {
            int place = random.nextInt(changes.size() - 1);
            if (oneIn(2)) {
                for (int i = place; i < changes.size() - 1; i++) {
                    boolean insert =
                            told.made.get(changes.get(i)).changes().get(0).operation() == Operation.INSERT;
                    if (insert) {
                        place = i;
                        break;
                    }
                }
            }
            Piece piece = changes.remove(place);
            changes.add(place + 1 + random.nextInt(changes.size() - place), piece);
        }
    }
}
