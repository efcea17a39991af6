package io.convergence.source;

import java.util.List;

record SourceOptionValues(
        List<String> schemas, boolean mapBooleanAsBoolean, boolean mapJsonbAsClob, boolean mapUnboundedNumericAsString)
        implements SourceOptions {}
