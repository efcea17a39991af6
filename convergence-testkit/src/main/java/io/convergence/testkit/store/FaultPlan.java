package io.convergence.testkit.store;

import static java.util.Objects.requireNonNull;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Decides which request fails, and how. Asked once for each request, in order, by one thread at a time. */
@FunctionalInterface
public interface FaultPlan {
    Optional<Fault> faultFor(StoreRequest request);

    /** Nothing fails. */
    static FaultPlan none() {
        return request -> Optional.empty();
    }

    /** Fails the first request that matches, and no other. */
    static FaultPlan once(Predicate<StoreRequest> when, Fault fault) {
        return times(1, when, fault);
    }

    /** Fails the n-th request of this operation, counted from 1. */
    static FaultPlan nth(Operation operation, long n, Fault fault) {
        return once(request -> request.operation() == operation && request.numberOfOperation() == n, fault);
    }

    /** Fails the first {@code times} requests that match. */
    static FaultPlan times(int times, Predicate<StoreRequest> when, Fault fault) {
        requireNonNull(when, "when");
        requireNonNull(fault, "fault");
        return new FaultPlan() {
            private int left = times;

            @Override
            public Optional<Fault> faultFor(StoreRequest request) {
                if (left == 0 || !when.test(request)) {
                    return Optional.empty();
                }

                left--;
                return Optional.of(fault);
            }
        };
    }

    /**
     * Fails each request with this probability by one of the faults that apply to it.
     *
     * @param probability 0 to 1
     */
    static FaultPlan random(RandomGenerator random, double probability, Set<Fault> faults) {
        requireNonNull(random, "random");
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException(
                    "Cannot inject faults with probability " + probability + ": it must be from 0 to 1.");
        }

        // In the order of the enum, so that a seed means the same whatever set it comes with.
        List<Fault> candidates = faults.isEmpty() ? List.of() : List.copyOf(EnumSet.copyOf(faults));
        return request -> {
            boolean fails = random.nextDouble() < probability;
            List<Fault> fitting = candidates.stream()
                    .filter(fault -> fault.appliesTo(request.operation()))
                    .toList();
            return fails && !fitting.isEmpty()
                    ? Optional.of(fitting.get(random.nextInt(fitting.size())))
                    : Optional.empty();
        };
    }

    /** Asks this plan, then the other one if this one lets the request pass. */
    default FaultPlan and(FaultPlan other) {
        return request -> {
            Optional<Fault> own = faultFor(request);
            return own.isPresent() ? own : other.faultFor(request);
        };
    }
}
