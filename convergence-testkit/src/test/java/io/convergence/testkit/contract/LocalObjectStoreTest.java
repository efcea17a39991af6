package io.convergence.testkit.contract;

import io.convergence.store.LocalObjectStore;
import io.convergence.store.ObjectStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalObjectStoreTest extends ObjectStoreContract {
    @TempDir
    private Path root;

    @Override
    protected ObjectStore createStore() {
        return LocalObjectStore.create(root);
    }
}
