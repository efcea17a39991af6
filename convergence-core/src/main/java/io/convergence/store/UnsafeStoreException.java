package io.convergence.store;

/** A store lacks a capability that is needed, or claims one it does not honour: using it could lose or double rows. */
public final class UnsafeStoreException extends StoreException {
    private static final long serialVersionUID = 1L;

    private final Capability capability;

    public UnsafeStoreException(String key, Capability capability, String message) {
        super(key, message, null);
        this.capability = capability;
    }

    /** What the store lacks or does not honour. */
    public Capability capability() {
        return capability;
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
