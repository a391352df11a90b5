//! Output files: written whole or not at all, by one run at a time, and gone on with after an interruption.

use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::desk::{Desk, Ran};

const TEXT: &str = "We use cookies. We never sell your name.\n";

const RESUME: [&str; 6] = ["extract", "in", "-q", "-o", "out.jsonl", "--resume"];

/// A desk with documents in the folder `in`.
fn desk(documents: usize) -> Desk {
    let desk = Desk::new();
    for number in 0..documents {
        desk.write(&format!("in/{number:03}.md"), format!("# Policy {number}\n\n{TEXT}"));
    }
    desk
}

#[track_caller]
fn assert_refused(ran: &Ran, says: &str) {
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    assert!(ran.stderr.contains(says), "{}", ran.stderr);
}

#[test]
fn a_file_that_is_there_is_not_written_over_unless_told() {
    let desk = desk(2);
    for command in [&["extract", "in"][..], &["text", "in"], &["classify", "in/000.md"]] {
        let expected = desk.run(command).data();
        desk.write("out", "old");
        assert_refused(&desk.run(&[command, &["-o", "out"]].concat()), "`out`: it is there already; `--force`");
        assert_eq!(desk.read("out"), "old");
        assert_eq!(desk.run(&[command, &["-o", "out", "--force"]].concat()).data(), "");
        assert_eq!(desk.read("out"), expected);
    }
    assert_eq!(desk.names(), ["in", "out"]);
}

#[test]
fn an_input_is_not_written_over_even_if_told() {
    let desk = desk(2);
    desk.write("lines.jsonl", "{\"text\": \"We use cookies.\"}\n");
    let old = desk.read("in/001.md");
    for (command, input) in [
        (&["extract", "in"][..], "in/001.md"),
        (&["extract", "./in/001.md"], "in/001.md"),
        (&["extract", "in", "--format", "csv"], "./in/001.md"),
        (&["extract", "--from", "jsonl", "lines.jsonl"], "lines.jsonl"),
        (&["classify", "lines.jsonl"], "lines.jsonl"),
        (&["text", "in"], "in/001.md"),
        (&["pack", "in"], "in/001.md"),
    ] {
        let ran = desk.run(&[command, &["-o", input, "--force"]].concat());
        assert_refused(&ran, &format!("cannot write `{input}`: it is one of the inputs"));
    }
    assert_eq!((desk.read("in/001.md"), desk.names().len()), (old, 2));
    // A file of the same name elsewhere is another.
    desk.write("001.md", "old");
    assert_eq!(desk.run(&["text", "in/001.md", "-o", "001.md", "--force"]).data(), "");
    assert_eq!(desk.read("001.md"), desk.read("in/001.md"));
}

#[test]
fn a_run_goes_on_behind_the_last_whole_record() {
    let desk = desk(5);
    desk.write("in/002.md", b"%PDF-1.4\n\0\0");
    let whole = desk.run(&["extract", "in"]);
    assert_eq!(whole.records(2).len(), 5);
    let expected = whole.stdout;
    let ends: Vec<usize> = expected.match_indices('\n').map(|(at, _)| at + 1).collect();
    for cut in [0, 1, ends[0], ends[0] + 1, ends[2], ends[3] - 1, ends[4]] {
        desk.write("out.jsonl.partial", &expected.as_bytes()[..cut]);
        let ran = desk.run(&["extract", "in", "-o", "out.jsonl", "--resume"]);
        // The run ends as it would have without an interruption.
        assert_eq!((ran.code, &ran.summary, &ran.stderr), (Some(2), &whole.summary, &whole.stderr), "{cut}");
        assert_eq!(desk.read("out.jsonl"), expected, "{cut}");
        assert_eq!(desk.names(), ["in", "out.jsonl"]);
        // What is finished stays so.
        assert_eq!(desk.run(&RESUME).code, Some(2));
        assert_eq!(desk.read("out.jsonl"), expected);
        fs::remove_file(desk.path("out.jsonl")).unwrap();
    }
}

#[test]
fn what_an_interrupted_run_left_is_not_thrown_away_unasked() {
    let desk = desk(2);
    let expected = desk.run(&["extract", "in"]).data();
    let first: String = expected.split_inclusive('\n').take(1).collect();
    desk.write("out.jsonl.partial", &first);
    let plain = ["extract", "in", "-q", "-o", "out.jsonl"];
    assert_refused(&desk.run(&plain), "`out.jsonl.partial`: `--resume` goes on with it, `--force` begins anew");
    assert_eq!((desk.read("out.jsonl.partial"), desk.names().len()), (first.clone(), 2));
    desk.run(&[&plain[..], &["--force"]].concat()).data();
    assert_eq!((desk.read("out.jsonl"), desk.names().len()), (expected.clone(), 2));
    // Which of two is wanted, no one can guess.
    desk.write("out.jsonl", "old\n");
    desk.write("out.jsonl.partial", &first);
    let says = "remove `out.jsonl` to go on with `out.jsonl.partial`, or `out.jsonl.partial` to keep `out.jsonl`";
    assert_refused(&desk.run(&RESUME), says);
    assert_eq!((desk.read("out.jsonl"), desk.read("out.jsonl.partial")), ("old\n".to_owned(), first.clone()));
    // What no run could go on with is in nobody's way.
    for command in [&["extract", "in", "--format", "csv"][..], &["text", "in"]] {
        desk.write("out.partial", &first);
        assert_eq!(desk.run(&[command, &["-o", "out", "-q"]].concat()).data(), "");
        fs::remove_file(desk.path("out")).unwrap();
    }
}

#[test]
fn other_inputs_are_not_gone_on_with() {
    let desk = desk(4);
    let expected = desk.run(&["extract", "in"]).data();
    let two: String = expected.split_inclusive('\n').take(2).collect();
    for name in ["out.jsonl.partial", "out.jsonl"] {
        let cannot = |why: &str| {
            format!(
                "cannot resume `{name}`: the inputs have changed: {why}; `--force` instead of `--resume` begins anew"
            )
        };
        desk.write(name, &two);
        fs::rename(desk.path("in/001.md"), desk.path("in/001a.md")).unwrap();
        assert_refused(&desk.run(&RESUME), &cannot("it has `in/001.md` in the place of `in/001a.md`"));
        fs::rename(desk.path("in/001a.md"), desk.path("in/001.md")).unwrap();
        let fewer = ["extract", "in/000.md", "-o", "out.jsonl", "--resume"];
        assert_refused(&desk.run(&fewer), &cannot("it has `in/001.md`, too"));
        assert_eq!(desk.read(name), two);
        fs::remove_file(desk.path(name)).unwrap();
    }
    desk.write("out.jsonl", &two);
    assert_refused(&desk.run(&RESUME), "the inputs have changed: there are more than it has");
    desk.write("out.jsonl", "{\"kites\": 1}\n");
    assert_refused(&desk.run(&RESUME), "cannot resume `out.jsonl`: missing field `source`");
    assert_eq!(desk.names(), ["in", "out.jsonl"]);
}

#[test]
fn a_run_of_another_kind_is_not_gone_on_with() {
    let desk = desk(4);
    desk.write(
        "rules.toml",
        "[[rule]]\nid = \"cookies.cookie\"\ntype = \"cookies\"\nweight = 4\npattern = 'use cookies'\n",
    );
    let expected = desk.run(&["extract", "in"]).data();
    let two: String = expected.split_inclusive('\n').take(2).collect();
    for name in ["out.jsonl.partial", "out.jsonl"] {
        let is_whole = name == "out.jsonl";
        let written = if is_whole { &expected } else { &two };
        desk.write(name, written);
        let last = if is_whole { "in/003.md" } else { "in/001.md" };
        let says = format!("cannot resume `{name}`: the record of `{last}` is another now: the options, the rules,");
        for other in [&["--no-evidence"][..], &["--scores"], &["--type", "choice"], &["--rules", "rules.toml"]] {
            assert_refused(&desk.run(&[&RESUME[..], other].concat()), &says);
        }
        let policy = desk.read(last);
        desk.write(last, policy.replace("never", "may"));
        assert_refused(&desk.run(&RESUME), &says);
        desk.write(last, policy);
        assert_eq!(&desk.read(name), written);
        desk.run(&RESUME).data();
        assert_eq!(desk.read("out.jsonl"), expected);
        fs::remove_file(desk.path("out.jsonl")).unwrap();
    }
}

#[test]
fn resume_is_for_json_lines_in_a_file() {
    let desk = desk(1);
    assert_eq!(desk.run(&["extract", "in", "--resume"]).code, Some(2));
    assert_refused(&desk.run(&[&RESUME[..], &["--format", "json"]].concat()), "JSON Lines");
    assert_refused(&desk.run(&[&RESUME[..], &["--from", "jsonl"]].concat()), "`--from jsonl`");
    assert_eq!(desk.names(), ["in"]);
}

#[test]
fn two_runs_do_not_write_one_file() {
    let desk = desk(2);
    let other = File::create(desk.path("out.jsonl.partial")).unwrap();
    other.lock().unwrap();
    for command in [&RESUME[..], &["extract", "in", "-o", "out.jsonl"]] {
        assert_refused(&desk.run(command), "cannot write `out.jsonl`: another run is writing it");
    }
    drop(other);
    desk.run(&RESUME).data();
    assert_eq!(desk.read("out.jsonl"), desk.run(&["extract", "in"]).data());
}

/// Kills runs at any time and goes on with them, again and again, until so many have been killed.
fn kill(kills: usize) {
    let desk = Desk::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    // Documents are read quickly once one like them was: of a few, all would be written in the end.
    for copy in 0..15 {
        for fixture in fs::read_dir(&fixtures).unwrap() {
            let fixture = fixture.unwrap();
            let policy = fixture.path().join("policy.txt");
            if policy.is_file() {
                let name = fixture.file_name().into_string().unwrap();
                desk.write(&format!("in/{copy}-{name}.txt"), fs::read(policy).unwrap());
            }
        }
    }
    let start = || desk.command(&RESUME).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    assert_eq!(start().wait().unwrap().code(), Some(0));
    let time = begun.elapsed();
    let expected = fs::read(desk.path("out.jsonl")).unwrap();
    fs::remove_file(desk.path("out.jsonl")).unwrap();

    let (mut killed, mut resumed, mut finished, mut random) = (0, 0, 0, 0x9e37_79b9_7f4a_7c15_u64);
    while killed < kills || finished == 0 {
        let mut child = start();
        // A linear congruential generator is random enough for this, and the same in every run.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = (random >> 40) as f64 / (1_u64 << 24) as f64;
        if killed < kills {
            std::thread::sleep(time.mul_f64(share) + Duration::from_micros(random >> 54));
            child.kill().unwrap();
        }
        let status = child.wait().unwrap();
        if status.code() == Some(0) {
            finished += 1;
            assert!(fs::read(desk.path("out.jsonl")).unwrap() == expected, "after {killed} kills");
            fs::remove_file(desk.path("out.jsonl")).unwrap();
        } else {
            killed += 1;
            // Nothing is in it that does not belong there, and nothing has the name that only a whole file may have.
            let partial = fs::read(desk.path("out.jsonl.partial")).unwrap_or_default();
            assert!(expected.starts_with(&partial), "after {killed} kills");
            resumed += usize::from(!partial.is_empty());
            let is_whole = fs::read(desk.path("out.jsonl")).map_or(true, |bytes| bytes == expected);
            assert!(is_whole, "after {killed} kills");
        }
    }
    assert!(resumed > kills / 10, "{resumed} of {killed} kills left something to go on with");
}

#[test]
fn a_killed_run_is_gone_on_with_as_if_nothing_had_been() {
    kill(20);
}

#[test]
#[ignore = "takes minutes: cargo test --release -- --ignored kills"]
fn two_hundred_kills_leave_no_trace() {
    kill(200);
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_or_pipe_is_written_into() {
    let desk = desk(2);
    assert_eq!(desk.run(&["extract", "in", "-o", "/dev/null"]).data(), "");
    assert!(!Path::new("/dev/null.partial").exists() && !fs::metadata("/dev/null").unwrap().is_file());
    assert_refused(&desk.run(&["extract", "in", "-o", "/dev/full"]), "cannot write the output: ");
    let made = std::process::Command::new("mkfifo").arg(desk.path("pipe")).status();
    assert!(made.unwrap().success());
    let mut child = desk.command(&["extract", "in", "-q", "-o", "pipe"]).spawn().unwrap();
    let written = fs::read_to_string(desk.path("pipe")).unwrap();
    assert_eq!((child.wait().unwrap().code(), written), (Some(0), desk.run(&["extract", "in"]).data()));
    assert_eq!(desk.names(), ["in", "pipe"]);
}

// Lists of inputs, and what is said at the end.

#[test]
fn paths_may_come_from_a_list() {
    let desk = desk(3);
    desk.write("-", TEXT);
    desk.write("in/a\nb.md", TEXT);
    let paths = |ran: Ran| -> Vec<String> {
        ran.records(0).iter().map(|record| record["source"]["path"].as_str().unwrap().to_owned()).collect()
    };
    desk.write("lines", "in/002.md\n\nin/000.md\n-");
    let ran = desk.run(&["extract", "in/001.md", "--files-from", "lines"]);
    assert_eq!(paths(ran), ["in/001.md", "in/002.md", "in/000.md", "./-"]);
    let ran = desk.pipe(&["extract", "--files-from", "-", "-0"], b"in/a\nb.md\0in/001.md\0");
    assert_eq!(paths(ran), ["in/a\nb.md", "in/001.md"]);
    assert_eq!(desk.pipe(&["text", "--files-from", "-"], b"in/a").stderr.lines().count(), 1);
    // A list may have one path; one without is no input, as a folder without a policy is none.
    assert_eq!(desk.pipe(&["extract", "--files-from", "-"], b"in/001.md").data().lines().count(), 1);
    for list in [&b""[..], b"\n\n"] {
        let ran = desk.pipe(&["extract", "--files-from", "-", "-o", "out.jsonl", "--resume"], list);
        assert_refused(&ran, "no input: the list of paths `-` is empty");
        assert!(!desk.path("out.jsonl").exists());
    }
    assert_eq!(desk.pipe(&["extract", "in/001.md", "--files-from", "-"], b"").data().lines().count(), 1);
    let windows = b"\xEF\xBB\xBFin/001.md\r\n\r\nin/002.md\r\n";
    assert_eq!(paths(desk.pipe(&["extract", "--files-from", "-"], windows)), ["in/001.md", "in/002.md"]);
    assert_refused(&desk.pipe(&["extract", "--files-from", "-"], b"in/001.md\0"), "read it with `-0`");
    assert_refused(&desk.run(&["extract", "--files-from", "gone"]), "cannot read the list of paths `gone`: ");
    assert_refused(&desk.run(&["extract", "-", "--files-from", "-"]), "at once");
}

#[test]
fn several_documents_are_summed_up() {
    let desk = desk(3);
    desk.write("in/000.md", "");
    let ran = desk.run(&["extract", "in", "gone.md"]);
    assert_eq!(ran.summary.as_deref(), Some("policyx: 4 documents: 2 ok, 1 empty, 1 error"));
    assert!(ran.stderr.starts_with("policyx: gone.md: ") && ran.stderr.lines().count() == 1, "{}", ran.stderr);
    let quiet = desk.run(&["extract", "in", "gone.md", "--quiet"]);
    assert_eq!((quiet.code, quiet.stderr.as_str(), &quiet.summary), (Some(2), "", &None));
    assert_eq!(quiet.stdout, ran.stdout);
    assert_eq!(desk.run(&["extract", "in/001.md"]).summary, None);
    let quiet = desk.run(&["text", "in", "gone.md", "-q"]);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(2), ""));
}

// Packing.

#[test]
fn what_is_packed_is_read_as_the_files_are() {
    let desk = desk(2);
    desk.write("in/b.html", b"<title>Tea</title><h1>Cookies</h1><p>We use caf\xe9 cookies.</p>");
    desk.write("in/c.md", b"%PDF-1.4\n\0\0");
    let packed = desk.run(&["pack", "in"]).data();
    let lines: Vec<Value> = packed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4);
    assert!(packed.starts_with("{\"id\":\"in/000.md\",\"path\":\"in/000.md\",\"text\":\"# Policy 0\\n\\n"), "{packed}");
    assert!(lines.iter().all(|line| line["text"].is_null() != line["content_base64"].is_null()), "{packed}");
    let streamed = desk.pipe(&["extract", "--from", "jsonl", "-q"], packed.as_bytes());
    let files = desk.run(&["extract", "in", "-q"]).stdout;
    let with_id = |record: &str| {
        let path = serde_json::from_str::<Value>(record).unwrap()["source"]["path"].to_string();
        record.replacen('{', &format!("{{\"id\":{path},"), 1) + "\n"
    };
    assert_eq!(streamed.stdout, files.lines().map(with_id).collect::<String>());

    // What cannot be read has a line, too, so that it is not lost.
    let ran = desk.run(&["pack", "gone.md", "in/000.md"]);
    let lines = ran.records(2);
    assert!(lines.len() == 2 && lines[0]["text"].is_null() && lines[0]["content_base64"].is_null());
    assert!(ran.stderr.starts_with("policyx: gone.md: "), "{}", ran.stderr);
}
