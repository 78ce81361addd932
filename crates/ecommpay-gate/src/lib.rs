//! Gate operations as data: path, signed body, reply.
