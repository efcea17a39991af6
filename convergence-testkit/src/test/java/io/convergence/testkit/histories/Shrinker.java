package io.convergence.testkit.histories;

import io.convergence.testkit.histories.History.Batch;
import io.convergence.testkit.histories.History.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Makes a failing history smaller: leaves out steps, merges and repetitions and simplifies the rest while it still fails. */
final class Shrinker {
    private final Predicate<History> fails;
    private final int most;
    private int tries;

    private Shrinker(Predicate<History> fails, int most) {
        this.fails = fails;
        this.most = most;
    }

    /**
     * @param failing a history that fails
     * @param fails deterministic
     * @param most how many histories to try at most
     * @return one that fails and from which no single step, batch or piece can be left out, unless the tries are used up
     */
    static History shrink(History failing, Predicate<History> fails, int most) {
        return new Shrinker(fails, most).shrink(failing);
    }

    private History shrink(History failing) {
        History best = failing;
        String before;
        do {
            before = best.text();
            best = smaller(best, best.steps(), best::withSteps);
            best = simpler(best);
            best = delivered(best);
        } while (!best.text().equals(before) && tries < most);
        return best;
    }

    private boolean stillFails(History candidate) {
        return tries++ < most && fails.test(candidate);
    }

    /** Leaves out half of the parts, a quarter, and so on to single ones. */
    private <T> History smaller(History best, List<T> parts, Function<List<T>, History> with) {
        List<T> kept = new ArrayList<>(parts);
        History found = best;
        for (int size = Math.max(1, kept.size() / 2); size >= 1; size /= 2) {
            for (int from = 0; from < kept.size(); ) {
                List<T> rest = new ArrayList<>(kept);
                rest.subList(from, Math.min(kept.size(), from + size)).clear();
                History candidate = with.apply(rest);
                if (stillFails(candidate)) {
                    kept = rest;
                    found = candidate;
                } else {
                    from += size;
                }
            }
        }
        return found;
    }

    private History simpler(History given) {
        History best = given;
        for (int i = 0; i < best.steps().size(); i++) {
            for (Step candidate : simpler(best.steps().get(i))) {
                List<Step> steps = new ArrayList<>(best.steps());
                steps.set(i, candidate);
                if (stillFails(best.withSteps(steps))) {
                    best = best.withSteps(steps);
                }
            }
        }
        return best;
    }

    private static List<Step> simpler(Step step) {
        if (step instanceof Step.Load load && load.meanwhile() > 0) {
            return List.of(
                    new Step.Load(load.no(), load.meanwhile() - 1, load.form()),
                    new Step.Load(load.no(), 0, load.form()));
        }
        if (step instanceof Step.Update update && !update.lob()) {
            return List.of(new Step.Update(update.no(), update.id(), update.value(), true));
        }
        if (step instanceof Step.Move move && move.value() != 0) {
            return List.of(new Step.Move(move.no(), move.id(), move.to(), 0, false));
        }
        if (step instanceof Step.Replay replay && replay.changes() > 1) {
            return List.of(new Step.Replay(replay.no(), replay.changes() - 1, replay.form()));
        }
        if (step instanceof Step.Merge merge && merge.crashAt() > 0) {
            return List.of(new Step.Merge(merge.no(), 0));
        }
        return step instanceof Step.Compact compact && compact.crashAt() > 0
                ? List.of(new Step.Compact(compact.no(), 0))
                : List.of();
    }

    private History delivered(History given) {
        if (given.delivery().isEmpty()) {
            return given;
        }

        History best = smaller(given, given.delivery(), given::withDelivery);
        for (int i = 0; i < best.delivery().size(); i++) {
            int place = i;
            Batch batch = best.delivery().get(i);
            History of = best;
            best = smaller(
                    best, batch.pieces(), pieces -> with(of, place, new Batch(pieces, batch.settled(), batch.crash())));
            best = calmer(best, place);
        }
        for (int i = 0; i + 1 < best.delivery().size(); ) {
            History joined = joined(best, i);
            if (stillFails(joined)) {
                best = joined;
            } else {
                i++;
            }
        }
        return best;
    }

    private static History with(History history, int place, Batch batch) {
        List<Batch> batches = new ArrayList<>(history.delivery());
        batches.set(place, batch);
        return history.withDelivery(batches);
    }

    private History calmer(History given, int place) {
        History best = given;
        Batch batch = best.delivery().get(place);
        for (Batch candidate : List.of(
                new Batch(batch.pieces(), batch.settled(), false),
                new Batch(batch.pieces(), true, false),
                new Batch(ordered(batch.pieces()), batch.settled(), batch.crash()))) {
            if (!candidate.equals(best.delivery().get(place)) && stillFails(with(best, place, candidate))) {
                best = with(best, place, candidate);
            }
        }
        return best;
    }

    private static List<Piece> ordered(List<Piece> pieces) {
        return pieces.stream()
                .sorted((a, b) ->
                        a.no() != b.no() ? Integer.compare(a.no(), b.no()) : Integer.compare(a.part(), b.part()))
                .toList();
    }

    private static History joined(History history, int place) {
        List<Batch> batches = new ArrayList<>(history.delivery());
        Batch first = batches.remove(place);
        Batch second = batches.get(place);
        List<Piece> pieces = new ArrayList<>(first.pieces());
        pieces.addAll(second.pieces());
        batches.set(place, new Batch(pieces, second.settled(), second.crash()));
        return history.withDelivery(batches);
    }
}
