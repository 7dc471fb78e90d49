import Foundation

/// A PDF with text, as a program without a library writes it.
package enum TestPDF {
    /// One page for each text; lines are on lines of their own. Without texts there is one page with nothing on it.
    package static func data(_ texts: String...) -> Data { data(pages: texts) }

    /// One page for each text.
    package static func data(pages texts: [String]) -> Data {
        let pages = texts.isEmpty ? [""] : texts
        var objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
        objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
        var kids: [String] = []
        for text in pages {
            let lines = text.split(separator: "\n").map { "(\($0)) Tj T*" }.joined(separator: "\n")
            let content = text.isEmpty ? "" : "BT /F1 12 Tf 14 TL 72 720 Td\n\(lines)\nET"
            let number = objects.count + 1
            kids.append("\(number) 0 R")
            objects.append(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents \(number + 1) 0 R "
                    + "/Resources << /Font << /F1 3 0 R >> >> >>")
            objects.append("<< /Length \(content.utf8.count) >>\nstream\n\(content)\nendstream")
        }
        objects[1] = "<< /Type /Pages /Kids [\(kids.joined(separator: " "))] /Count \(pages.count) >>"
        var file = "%PDF-1.4\n"
        var places: [Int] = []
        for (index, object) in objects.enumerated() {
            places.append(file.utf8.count)
            file += "\(index + 1) 0 obj\n\(object)\nendobj\n"
        }
        let table = file.utf8.count
        file += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for place in places { file += String(format: "%010d 00000 n \n", place) }
        file += "trailer\n<< /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(table)\n%%EOF\n"
        return Data(file.utf8)
    }
}

/// The beginnings of images, which is all of them that is read here.
package enum TestImage {
    /// A PNG of this size, without pixels.
    package static func png(width: Int = 40, height: Int = 30) -> Data {
        func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) } }
        let header: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        return Data(header + number(width) + number(height) + [8, 2, 0, 0, 0])
    }
}
