package io.convergence.architecturefixtures.change;

import org.apache.avro.reflect.ReflectData;

final class UsesReflection {
    Object data = ReflectData.get();
}
