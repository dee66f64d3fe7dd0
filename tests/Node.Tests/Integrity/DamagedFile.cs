using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace OuiShare.Federation.Node.Tests.Integrity;

/// <summary>Damages a node's database as a disk does: values that change, rows that are gone, pages that are no pages any more.</summary>
internal static class DamagedFile
{
    /// <summary>Changes one byte in the midst of one value; also while a node has the file open.</summary>
    public static void Change(string path, string table, string column, string where)
    {
        using var connection = Connect(path);
        using var read = connection.CreateCommand();
        read.CommandText = $"SELECT {column} FROM {table} WHERE {where}";
        var value = (byte[])read.ExecuteScalar()!;
        value[value.Length / 2] ^= 1;
        using var write = connection.CreateCommand();
        write.CommandText = $"UPDATE {table} SET {column} = $value WHERE {where}";
        write.Parameters.AddWithValue("$value", value);
        Assert.Equal(1, write.ExecuteNonQuery());
    }

    /// <summary>Runs a statement that changes some rows.</summary>
    public static void Run(string path, string sql)
    {
        using var connection = Connect(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }

    /// <summary>Overwrites a page of a table in the closed file: the last leaf below its root, or the root when it is a leaf itself.</summary>
    public static void SpoilPage(string path, string table)
    {
        long root;
        using (var connection = Connect(path))
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'";
            root = (long)command.ExecuteScalar()!;
            using var checkpoint = connection.CreateCommand();
            checkpoint.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            checkpoint.ExecuteNonQuery();
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        var header = Read(file, 0, 100);
        var pageSize = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(16));
        var page = root;
        while (Read(file, (page - 1) * pageSize, 12) is var bytes && bytes[0] is 2 or 5)
            page = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(8));
        file.Position = (page - 1) * pageSize;
        file.Write(new byte[64]);
    }

    public static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }

    private static byte[] Read(FileStream file, long position, int count)
    {
        var bytes = new byte[count];
        file.Position = position;
        file.ReadExactly(bytes);
        return bytes;
    }
}
