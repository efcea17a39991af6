package io.convergence.architecturefixtures.change;

import io.convergence.architecturefixtures.change.internal.Hidden;
import io.convergence.architecturefixtures.store.internal.Shared;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

public abstract class LeakyApi {
    protected Schema field = Schema.create(Schema.Type.INT);

    public abstract Schema result();

    public abstract List<? extends Schema> results();

    public abstract void take(Schema schema);

    public abstract void array(Schema[] schemas);

    public abstract <T extends Schema> void bounded(List<T> schemas);

    public abstract void fail() throws AvroRuntimeException;

    public abstract void inside(Hidden hidden);

    public abstract void shared(Shared shared);

    public static final class Child extends AvroRuntimeException {
        Child() {
            super("x");
        }
    }
}
