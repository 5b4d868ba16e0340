#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// What the operating system said of a call that failed.
///
/// Each room names it in its own words; which numbers are of one kind is decided here.
package struct SystemFault: Sendable, Hashable {
    /// What a room tells apart.
    package enum Kind: Sendable, Hashable {
        /// The disk or a quota is full.
        case full
        /// This user may not.
        case notPermitted
        /// There is nothing of that name.
        case missing
        /// Memory or descriptors are used up.
        case exhausted
        /// Anything else.
        case other
    }
    /// `errno` as the call left it.
    package let number: Int32

    /// A value of `errno`.
    package init(_ number: Int32) { self.number = number }

    /// Its kind.
    package var kind: Kind {
        switch number {
        case ENOSPC, EDQUOT: .full
        case EACCES, EPERM, EROFS: .notPermitted
        case ENOENT, ENOTDIR: .missing
        case ENOMEM, EMFILE, ENFILE: .exhausted
        default: .other
        }
    }

    /// The system's own words: `No space left on device`.
    package var words: String { String(cString: strerror(number)) }
}
