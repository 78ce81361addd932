//! The ecommpay platform in a box, to build and test against.
