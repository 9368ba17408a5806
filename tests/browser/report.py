"""Opens a report folder in headless Chromium and walks it as a reader would.

    python tests/browser/report.py REPORT_FOLDER

Needs Debian's chromium and chromium-driver, and requirements.txt. Exits with 1 when a check fails.
"""

import sys
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]
WIDTHS = {"phone": (390, 844), "desktop": (1280, 900)}


def browser(profile):
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in [*FLAGS, f"--user-data-dir={profile}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


def resize(driver, name):
    """The window itself cannot be as narrow as a phone; the page can."""
    width, height = WIDTHS[name]
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": name == "phone"}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def quiet_console(driver, url, name):
    """No error and no warning, and nothing wider than the screen."""
    driver.get_log("browser")
    resize(driver, name)
    driver.get(url)
    log = [entry for entry in driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
    assert not log, f"console: {log}"
    assert driver.find_element(By.TAG_NAME, "h1").is_displayed(), "no heading: is this a report folder?"
    width = driver.execute_script("return document.documentElement.scrollWidth")
    assert width <= WIDTHS[name][0], f"the page is {width} px wide"


def follow_point(driver, url, name):
    """From a point of a chart to its block, and from there to a sentence in its article."""
    resize(driver, name)
    driver.get(url)
    chart = ".chart.wide" if name == "desktop" else ".chart.narrow"
    point = driver.find_element(By.CSS_SELECTOR, f"{chart} a")
    # A real click on the shape: a point that is covered or hidden fails here.
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", point)
    webdriver.ActionChains(driver).move_to_element(point.find_element(By.CSS_SELECTOR, ".hit")).click().perform()
    block = driver.find_element(By.CSS_SELECTOR, ":target")
    heading = block.find_element(By.TAG_NAME, "h3").text
    assert heading, "the block has no heading"
    assert block.is_displayed(), "the block is not shown"
    link = block.find_element(By.CSS_SELECTOR, ".claim a, .tags a")
    text = link.text
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", link)
    link.click()
    sentence = driver.find_element(By.CSS_SELECTOR, ":target")
    assert "sentence" in sentence.get_attribute("class"), "the link does not lead to a sentence"
    assert sentence.text == text, f"'{sentence.text}' instead of '{text}'"


def main():
    url = (Path(sys.argv[1]).resolve() / "report.html").as_uri()
    failed = 0
    checks = [(check, name) for check in (quiet_console, follow_point) for name in WIDTHS]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        driver = browser(profile)
        try:
            for check, name in checks:
                try:
                    check(driver, url, name)
                except Exception as error:  # every check runs, whatever another met
                    failed += 1
                    print(f"{check.__name__}, {name}: {type(error).__name__}: {error}")
        finally:
            driver.quit()
    print(f"browser: {len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
