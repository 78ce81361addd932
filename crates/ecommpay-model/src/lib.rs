//! The nouns of the ecommpay protocol: identifiers, money, statuses, codes, callback and status bodies.
