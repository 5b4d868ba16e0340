import CSQLite
import Testing

@testable import RefoldSQLite

@Suite struct ErrorTests {
    @Test(arguments: [SQLITE_READONLY, SQLITE_PERM, SQLITE_CANTOPEN])
    func `a file that cannot be written is named by what mends it`(code: Int32) {
        let error = SQLiteError(resultCode: code, of: nil, place: "/etc/refold/refold.db", doing: "m")
        #expect(error.fix?.contains("/etc/refold/refold.db") == true)
        #expect(error.cause?.contains("not an error") == false)
    }
}
