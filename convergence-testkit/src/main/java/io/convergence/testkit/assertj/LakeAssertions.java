package io.convergence.testkit.assertj;

import io.convergence.pipeline.LakeTable;

/** Entry points of assertions on lake tables. */
public final class LakeAssertions {
    private LakeAssertions() {}

    public static LakeTableAssert assertThatTable(LakeTable table) {
        return new LakeTableAssert(table);
    }
}
