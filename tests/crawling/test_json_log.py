import json
import logging
import sys

from newsarchive.crawling.json_log import JsonFormatter


def test_a_record_is_one_line_of_json():
    try:
        raise ValueError("two\nlines")
    except ValueError:
        error = sys.exc_info()
    record = logging.LogRecord("scrapy.core", logging.WARNING, __file__, 1, "a %s\nb", ("cup",), error)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    said = json.loads(line)
    assert (said["level"], said["logger"], said["message"]) == ("WARNING", "scrapy.core", "a cup\nb")
    assert said["time"].endswith("Z")
    assert "ValueError: two\nlines" in said["exception"]
