package io.convergence.testkit.contract;

import io.convergence.store.ObjectStore;
import io.convergence.testkit.junit5.ConvergenceExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("localstack")
class LocalStackObjectStoreTest extends ObjectStoreContract {
    @RegisterExtension
    final ConvergenceExtension convergence = ConvergenceExtension.localStack();

    @Override
    protected ObjectStore createStore() {
        return convergence.store();
    }
}
