package io.convergence.testkit.contract;

import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStore;
import java.time.InstantSource;

class InMemoryObjectStoreTest extends ObjectStoreContract {
    @Override
    protected ObjectStore createStore() {
        return new InMemoryObjectStore(InstantSource.system());
    }
}
