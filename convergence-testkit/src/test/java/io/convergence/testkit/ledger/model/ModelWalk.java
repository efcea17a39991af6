package io.convergence.testkit.ledger.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;

/** Steps of the model, drawn one after the other until none is possible. */
final class ModelWalk {
    private ModelWalk() {}

    record Move(ModelState before, Step step, ModelState after) {}

    static List<Move> draw(ProtocolModel model, RandomGenerator random) {
        return draw(model, (state, act) -> true, random);
    }

    /** @param allowed in which states an act may be drawn */
    static List<Move> draw(ProtocolModel model, BiPredicate<ModelState, Step.Act> allowed, RandomGenerator random) {
        List<Move> walk = new ArrayList<>();
        ModelState state = model.initial();
        while (true) {
            List<Move> possible = new ArrayList<>();
            ModelState from = state;
            model.successors(state, (step, after) -> {
                if (allowed.test(from, step.act())) {
                    possible.add(new Move(from, step, after));
                }
            });
            if (possible.isEmpty()) {
                return walk;
            }
            Move drawn = possible.get(random.nextInt(possible.size()));
            walk.add(drawn);
            state = drawn.after();
        }
    }
}
