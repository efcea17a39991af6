package io.convergence.testkit.ledger.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProtocolSimulationTest {
    @Test
    void probe() {
        long start = System.nanoTime();
        Set<Long> distinct = new HashSet<>();
        long steps = 0;
        List<String> failures = new ArrayList<>();
        int n = Integer.getInteger("n", 3000);
        for (int seed = 0; seed < n; seed++) {
            var outcome = new Simulation(seed, List.of(), Mutant.NONE).run();
            distinct.add(outcome.path());
            steps += outcome.steps();
            if (outcome.failure() != null) {
                failures.add(seed + ": " + outcome.failure());
                if (failures.size() == 1) outcome.failure().printStackTrace();
            }
        }
        System.out.println("distinct " + distinct.size() + " steps " + steps + " ms " + (System.nanoTime() - start) / 1000000);
        for (Mutant mutant : Mutant.values()) {
            int caught = 0; String first = "";
            for (int seed = 0; seed < 300; seed++) {
                var outcome = new Simulation(seed, List.of(), mutant).run();
                if (outcome.failure() != null) { if (caught++ == 0) first = seed + " " + outcome.failure(); }
            }
            System.out.println(mutant + " " + caught + " " + first);
        }
        assertThat(failures).isEmpty();
    }
}
