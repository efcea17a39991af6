package io.convergence.architecturefixtures.helpers;

final class HasNoPlace {}
