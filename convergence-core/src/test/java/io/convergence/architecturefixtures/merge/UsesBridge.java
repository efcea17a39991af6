package io.convergence.architecturefixtures.merge;

import io.convergence.architecturefixtures.avro.InnocentBridge;

final class UsesBridge {
    InnocentBridge bridge = new InnocentBridge();
}
