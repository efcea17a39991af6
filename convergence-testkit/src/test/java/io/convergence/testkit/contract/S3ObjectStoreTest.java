package io.convergence.testkit.contract;

import io.convergence.store.ObjectStore;
import io.convergence.testkit.junit5.ConvergenceExtension;
import org.junit.jupiter.api.extension.RegisterExtension;

class S3ObjectStoreTest extends ObjectStoreContract {
    @RegisterExtension
    final ConvergenceExtension convergence = ConvergenceExtension.inProcess();

    @Override
    protected ObjectStore createStore() {
        return convergence.store();
    }
}
