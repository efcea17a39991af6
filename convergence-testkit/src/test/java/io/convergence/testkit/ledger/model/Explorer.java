package io.convergence.testkit.ledger.model;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Visits every state that can be reached, nearest first. */
final class Explorer {
    private Explorer() {}

    /**
     * @param states how many were visited
     * @param steps how many steps lead from one to another
     * @param violation what was found first and how to get there; empty if nothing is ever wrong
     */
    record Exploration(int states, long steps, Optional<String> violation) {}

    private record Origin(ModelState before, Step step) {}

    static Exploration explore(ProtocolModel model) {
        ModelState initial = model.initial();
        Map<ModelState, Origin> seen = new HashMap<>();
        var queue = new ArrayDeque<ModelState>();
        seen.put(initial, new Origin(initial, new Step(Step.Act.ARRIVE, -1)));
        queue.add(initial);
        long[] steps = new long[1];
        while (!queue.isEmpty()) {
            ModelState state = queue.poll();
            Optional<String> violation = model.violation(state);
            if (violation.isPresent()) {
                return new Exploration(seen.size(), steps[0], Optional.of(violation.get() + path(seen, state)));
            }
            model.successors(state, (step, after) -> {
                steps[0]++;
                if (seen.putIfAbsent(after, new Origin(state, step)) == null) {
                    queue.add(after);
                }
            });
        }
        return new Exploration(seen.size(), steps[0], Optional.empty());
    }

    private static String path(Map<ModelState, Origin> seen, ModelState end) {
        var path = new StringBuilder();
        ModelState state = end;
        for (Origin origin = seen.get(state); origin.step().who() >= 0; origin = seen.get(state)) {
            path.insert(0, ", " + origin.step());
            state = origin.before();
        }
        return " after" + path;
    }
}
