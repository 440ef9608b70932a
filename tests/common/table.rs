//! One test after the other for one object after the other.

/// Runs each of the tests for each of the objects.
macro_rules! table {
    ($($module:ident: $object:ty),* ; $tests:tt) => {
        $(mod $module {
            table!(@tests $object, $tests);
        })*
    };
    (@tests $object:ty, { $($test:ident)* }) => {
        $(#[test]
        fn $test() {
            super::$test::<$object>();
        })*
    };
}
