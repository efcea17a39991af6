package io.convergence.architecturefixtures.change;

import io.convergence.architecturefixtures.change.internal.Hidden;
import java.util.List;
import org.apache.avro.Schema;

/** Uses Avro and an internal class where nobody outside sees it. */
public final class InnocentApi {
    private final Schema schema = Schema.create(Schema.Type.INT);
    private final Hidden hidden = new Hidden();

    public List<int[]> sizes() {
        return List.of(new int[] {schema.toString().length(), hidden.hashCode()});
    }

    Schema schema() {
        return schema;
    }
}
