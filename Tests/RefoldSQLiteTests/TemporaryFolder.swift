import Foundation

/// Runs a body with a folder of its own, removed afterwards.
func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "refold-sqlite-\(UUID().uuidString)"
    )
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
}

/// Runs a body with a folder in which this user may make no file.
func withClosedFolder(_ body: (String) throws -> Void) throws {
    // Permissions do not bind the superuser; the kernel lets nobody make a file in here.
    if geteuid() == 0 { return try body("/sys") }
    try withTemporaryFolder { folder in
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder)
        try body(folder)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
    }
}
